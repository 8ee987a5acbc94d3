/** How callers name a function: a name, a partial or a full ARN, each with an optional qualifier. */

export interface FunctionRef {
  name: string;
  /** A version or alias; here every qualifier means the same code. */
  qualifier?: string;
}

/** What the local functions' ARNs carry where a real one has an account and, unless AWS_REGION is set, a region. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';

/** The name alone. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
export const NAME_RULE = 'letters, digits, - and _, at most 64';

/** Whether a function may have this name. */
export function isFunctionName(text: string): boolean {
  return NAME.test(text);
}

/** `FunctionName` of Invoke: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const PATTERN =
  /^(?:arn:aws[a-z-]*:lambda:)?(?:[a-z]{2}(?:-[a-z]+)+-\d:)?(?:\d{12}:)?(?:function:)?([A-Za-z0-9_-]{1,64})(?::(\$LATEST|[A-Za-z0-9_-]{1,128}))?$/;

/** The function that `text` names, in whichever account and region; nothing if it is not a function's name. */
export function parseFunctionName(text: string): FunctionRef | undefined {
  const [, name, qualifier] = PATTERN.exec(text) ?? [];
  if (name === undefined) return undefined;
  return { name, ...(qualifier !== undefined && { qualifier }) };
}

export function functionArn({ name, qualifier }: FunctionRef, region = LOCAL_REGION): string {
  const arn = `arn:aws:lambda:${region}:${LOCAL_ACCOUNT}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}
