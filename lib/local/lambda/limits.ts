/**
 * Limits of AWS Lambda that callers and functions meet.
 * Quotas: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */

/** Largest payload of a RequestResponse invocation: 6 MB. */
export const MAX_REQUEST_BYTES = 6_291_456;

/** Largest payload of an Event invocation: 1 MB. */
export const MAX_EVENT_BYTES = 1_048_576;

/** Largest answer of a function, as Lambda's own message states it: 6 MB and 100 bytes for the envelope. */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** Invocations that an account runs at once, unless AWS raised it. */
export const ACCOUNT_CONCURRENCY = 1_000;

export const MAX_TIMEOUT_SECONDS = 900;
export const MEMORY_MB = { least: 128, most: 10_240 } as const;

/** The init phase, in which the module is imported: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
export const INIT_TIMEOUT_SECONDS = 10;

/** How much of the end of the log `LogType: Tail` gives: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const LOG_TAIL_BYTES = 4_096;
