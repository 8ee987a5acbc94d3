/**
 * The record that a machine keeps of an action, as small as it can be: it travels in variables and outputs. What else there
 * is to say of an action follows from the plan. Fields: `r` result, `p` a failure that was returned, `e` error, `c` cause,
 * `t` when it was entered, further attempts and when it ended, `i` the records of a list's items.
 */
import { quoted } from '../../asl/expression.ts';

/** When the state was entered, how often it was tried again, and when it ended in milliseconds since the epoch. */
const TIMES = "'t':$states.context.State.[EnteredTime,RetryCount,$millis()]";

/** The error of a guard that did not hold, or of an expression that raised. */
export const QUERY_ERROR = 'States.QueryEvaluationError';

export interface RecordDetail {
  /** Everything, for an output that is all there will be to read; else what later states use, and the history has the rest. */
  isFull: boolean;
  /** When it ended matters to a later state. */
  isTimed: boolean;
  /** The error matters to a later state. */
  hasError: boolean;
  /** Characters that are kept of a cause. */
  causeLength: number;
  /** Its own expressions raise on purpose: what they say stands at the end of a cause. */
  raises: boolean;
}

/** Begins the message that is raised for a failure that was returned; its envelope follows. */
export const RETURNED = 'returned_failure ';

/** What is made of a failure that was returned, not thrown: it is kept, raised, or JSONata for a result stands in for it. */
export type WhenReturned = 'keep' | 'raise' | { fallback: string };

/** The record of a call that was answered. An envelope is opened. */
export function answered(whenReturned: WhenReturned, detail: RecordDetail): string {
  const keeps = whenReturned !== 'raise';
  const standsIn = whenReturned === 'keep' ? '$_' : `$error(${quoted(RETURNED)}&$string($p))`;
  const noResult = typeof whenReturned === 'object' ? whenReturned.fallback : standsIn;
  const record = object(
    `'r':$b=true?$exists($p.result)?$p.result:null:$b=false?${noResult}:$p`,
    keeps && detail.isFull && "'p':$b=false?$p",
    times(detail),
  );
  return `($p:=$states.result.Payload;$b:=$type($p)='object'?$p.success;${record})`;
}

/** The record of a call that was only handed over. */
export function accepted(detail: RecordDetail): string {
  return object("'r':null", times(detail));
}

/**
 * The record of a state that failed, or whose guard did not hold; undefined where nobody asks for it. `fallback` is JSONata
 * for the result that stands in.
 */
export function failed(detail: RecordDetail, fallback?: string): string | undefined {
  const { isFull, hasError, causeLength, raises } = detail;
  const start = raises ? `Error=${quoted(QUERY_ERROR)}?${-causeLength}:0` : '0';
  const record = object(
    fallback !== undefined && `'r':${fallback}`,
    (isFull || hasError) && "'e':Error",
    (isFull || hasError) && `'c':$substring(Cause,${start},${causeLength})`,
    (fallback !== undefined || isFull || hasError) && times(detail),
  );
  return record === '{}' ? undefined : `$states.errorOutput.${record}`;
}

/**
 * The record of a list from those of its items. JSONata makes of a list of one its element, and of a list of lists one
 * list, so that the results are put together with care.
 */
export function listed(
  detail: RecordDetail,
  { fallback, isAwaited }: { fallback: string | undefined; isAwaited: boolean },
): string {
  const results = `$_n=0?[]:$_n=1?($type($_m)='array'?[[$_m]]:[$_m]):$_m`;
  const withFailures = object(
    fallback !== undefined && `'r':${quoted(QUERY_ERROR)} in $_f.e?$_:${fallback}`,
    detail.isFull && "'i':$_s",
    times(detail),
  );
  const complete = object(
    isAwaited ? `'r':(${results})` : "'r':null",
    detail.isFull && "'i':$_s.{'t':t}",
    times(detail),
  );
  return (
    `($_s:=$states.result;$_n:=$count($_s);$_f:=$_s[$not($exists(r))];$_m:=$map($_s,function($_i){$_i.r});` +
    `$exists($_f)?${withFailures}:${complete})`
  );
}

function times({ isFull, isTimed }: RecordDetail): string | false {
  return (isFull || isTimed) && TIMES;
}

function object(...fields: (string | false | undefined)[]): string {
  return `{${fields.filter((field) => typeof field === 'string').join(',')}}`;
}
