/**
 * Limits of Step Functions. Where no other source is given:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */

/** Bytes of a definition. */
export const MAX_DEFINITION_BYTES = 1_048_576;
/** Bytes of a request, headers included. */
export const MAX_REQUEST_BYTES = 1_048_576;
/** Bytes in UTF-8 of the input or output of a state, a task or an execution. */
export const MAX_PAYLOAD_BYTES = 262_144;
/** Events in the history of a Standard execution. */
export const MAX_HISTORY_EVENTS = 25_000;
/** Characters of the name of a state, a machine, an execution, or a variable. */
export const MAX_NAME_LENGTH = 80;
/** Characters, by the service's API model. */
export const MAX_ERROR_LENGTH = 256;
export const MAX_CAUSE_LENGTH = 32_768;
/** Bytes of one variable and of all that one Assign sets: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
export const MAX_VARIABLE_BYTES = 262_144;
/** Bytes of all variables of an execution, from the same page. */
export const MAX_VARIABLES_BYTES = 10_485_760;
/** Iterations of an inline Map that run at the same time: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
export const MAX_INLINE_MAP_CONCURRENCY = 40;
/** Seconds that an Express execution may take. */
export const MAX_EXPRESS_SECONDS = 300;
/** Seconds that a Standard execution may take: a year. */
export const MAX_STANDARD_SECONDS = 31_536_000;
