/** Amazon States Language with JSONata, as far as Stepweave writes it and runs it: https://states-language.net/spec.html */
import type { Json } from '../core/json.ts';

/** A state machine, a branch of a Parallel, or the processor of a Map. */
export interface MachineDefinition {
  Comment?: string;
  /** Only at the top. */
  QueryLanguage?: 'JSONata' | 'JSONPath';
  Version?: string;
  TimeoutSeconds?: number;
  StartAt: string;
  States: Record<string, StateDefinition>;
}

export type StateDefinition =
  | TaskState
  | ParallelState
  | MapState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState;

/** A text that is wholly `{% … %}` is an expression, anywhere in a value. */
export type Expressions = Json;

interface Common {
  Comment?: string;
  QueryLanguage?: 'JSONata' | 'JSONPath';
  Output?: Expressions;
}

interface Continues {
  Next?: string;
  End?: true;
  Assign?: Record<string, Expressions>;
}

/** What Task, Parallel and Map have in common: only they can fail and be tried again. */
interface Fallible {
  Retry?: Retrier[];
  Catch?: Catcher[];
}

export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  ErrorEquals: string[];
  Next: string;
  Output?: Expressions;
  Assign?: Record<string, Expressions>;
}

export interface TaskState extends Common, Continues, Fallible {
  Type: 'Task';
  Resource: string;
  Arguments?: Expressions;
  TimeoutSeconds?: number | string;
  HeartbeatSeconds?: number | string;
  Credentials?: Expressions;
}

export interface ParallelState extends Common, Continues, Fallible {
  Type: 'Parallel';
  Arguments?: Expressions;
  Branches: MachineDefinition[];
}

export interface MapState extends Common, Continues, Fallible {
  Type: 'Map';
  Items?: Expressions;
  ItemSelector?: Expressions;
  ItemProcessor: MachineDefinition & { ProcessorConfig?: { Mode: 'INLINE' } };
  MaxConcurrency?: number | string;
  ToleratedFailureCount?: number | string;
  ToleratedFailurePercentage?: number | string;
}

export interface PassState extends Common, Continues {
  Type: 'Pass';
}

export interface ChoiceState extends Common {
  Type: 'Choice';
  Choices: ChoiceRule[];
  Default?: string;
  Assign?: Record<string, Expressions>;
}

export interface ChoiceRule {
  Comment?: string;
  Condition: string | boolean;
  Next: string;
  Output?: Expressions;
  Assign?: Record<string, Expressions>;
}

export interface WaitState extends Common, Continues {
  Type: 'Wait';
  Seconds?: number | string;
  Timestamp?: string;
}

export interface SucceedState extends Common {
  Type: 'Succeed';
}

export interface FailState {
  Type: 'Fail';
  Comment?: string;
  QueryLanguage?: 'JSONata' | 'JSONPath';
  Error?: string;
  Cause?: string;
}
