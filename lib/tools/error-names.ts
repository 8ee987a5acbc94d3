/** Names of errors that decide whether a call may be repeated: the same for the direct engine and for a machine's Retry. */
import { TOOL_PERMANENT } from './envelope.ts';

/**
 * Lambda refused before running anything:
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
export const NEVER_RAN: readonly string[] = [
  'Lambda.TooManyRequestsException',
  'Lambda.EC2ThrottledException',
  'Lambda.ResourceNotReadyException',
  'Lambda.SnapStartNotReadyException',
];

/**
 * The same call fails the same way each time. No more than those that are met most: the list stands in every Retry of a
 * definition, and a call that is tried again in vain costs some seconds.
 */
export const PERMANENT: readonly string[] = [
  TOOL_PERMANENT,
  'Lambda.ResourceNotFoundException',
  'States.DataLimitExceeded',
];
