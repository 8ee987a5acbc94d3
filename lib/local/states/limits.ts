/**
 * Limits of the service's API. Where no other source is given:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */

/** Bytes of a request, its headers included. */
export const MAX_REQUEST_BYTES = 1_048_576;
export const MAX_STATE_MACHINES = 100_000;
export const MAX_TAGS = 50;

/** Results of a list operation, and if none are asked for: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html */
export const MAX_PAGE_SIZE = 1_000;
export const DEFAULT_PAGE_SIZE = 100;
/** Diagnostics of ValidateStateMachineDefinition, and reasons of InvalidDefinition. */
export const MAX_DIAGNOSTICS = 100;
/** Characters of the text of one answer of GetExecutionHistory: a page ends before it would get longer. AWS tells no figure. */
export const MAX_PAGE_CHARACTERS = 6_000_000;

/** Milliseconds after its end in which an execution can be redriven: 14 days. */
export const REDRIVE_PERIOD_MS = 14 * 86_400_000;
/** Redrives that are remembered by their token, and for how long: https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html */
export const MAX_REDRIVE_TOKENS = 10;
export const REDRIVE_TOKEN_MS = 15 * 60_000;

/** Closed executions are kept for 90 days; */
export const RETENTION_MS = 90 * 86_400_000;
/** and, on this machine, no more of them than this, */
export const MAX_CLOSED_EXECUTIONS = 10_000;
/** nor, where they are in memory, more than this many characters of all their histories together. */
export const MAX_HISTORY_CHARACTERS = 100_000_000;
