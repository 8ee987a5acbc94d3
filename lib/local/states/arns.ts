/** Names and ARNs of state machines and executions. */
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../lambda/names.ts';
import { invalidArn, invalidName } from './errors.ts';

export { LOCAL_ACCOUNT, LOCAL_REGION };

/** White space, brackets, wildcards, special and control characters: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/]|\p{Cc}|[\u{fffe}\u{ffff}]|\p{Cs}/u;

/** Throws InvalidName unless a machine or an execution may have this name. */
export function checkName(name: string): void {
  if (FORBIDDEN.test(name)) throw invalidName(name);
}

/** ARNs of one account and region. */
export class Arns {
  readonly #prefix: string;

  constructor(region = LOCAL_REGION) {
    this.#prefix = `arn:aws:states:${region}:${LOCAL_ACCOUNT}`;
  }

  machine(name: string): string {
    return `${this.#prefix}:stateMachine:${name}`;
  }

  execution(machineName: string, name: string): string {
    return `${this.#prefix}:execution:${machineName}:${name}`;
  }

  /** Express executions of one name are told apart by an id. */
  express(machineName: string, name: string, id: string): string {
    return `${this.#prefix}:express:${machineName}:${name}:${id}`;
  }
}

/** Throws InvalidArn unless a text is the ARN of such a resource. Whether there is one is another question. */
export function checkArn(arn: string, resource: 'stateMachine' | 'execution'): void {
  const parts = arn.split(':');
  const [prefix, partition = '', service, region, account, type = ''] = parts;
  if (prefix !== 'arn' || !partition.startsWith('aws')) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  if (service !== 'states' || !region || !account || parts.length < 7) throw invalidArn(`Invalid ARN: ${arn}`);
  if (type !== resource) throw invalidArn(`Resource type not valid in this context: ${type}`);
}

/** Throws InvalidArn unless a text is the ARN of a role. */
export function checkRoleArn(arn: string): void {
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(arn)) throw invalidArn(`Invalid Role Arn: '${arn}'`);
}
