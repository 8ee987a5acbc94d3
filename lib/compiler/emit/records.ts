/**
 * The record that a machine keeps of an action, as small as it can be: it travels in variables and outputs. What else there
 * is to say of an action follows from the plan. See `ActionNote` for its fields.
 */
import { quoted } from '../../asl/expression.ts';

/** When the state was entered, how often it was tried again, and when it ended in milliseconds since the epoch. */
const TIMES = '$states.context.State.[EnteredTime,RetryCount,$millis()]';

/** The error of a guard that did not hold, or of an expression that raised. */
export const QUERY_ERROR = 'States.QueryEvaluationError';

/** The record of a call that was answered. An envelope is opened; a failure that was returned, not thrown, is kept as it came. */
export function answered(whenReturned: 'keep' | 'raise'): string {
  const failure = whenReturned === 'keep' ? "'p':$b=false?$p," : '';
  const noResult = whenReturned === 'keep' ? '$_none' : "$error('the function returned a failure')";
  return (
    `($p:=$states.result.Payload;$b:=$type($p)='object'?$p.success;` +
    `{'r':$b=true?$exists($p.result)?$p.result:null:$b=false?${noResult}:$p,${failure}'t':${TIMES}})`
  );
}

/** The record of a call that was only handed over. */
export const ACCEPTED = `{'r':null,'t':${TIMES}}`;

/** The record of a state that failed, or whose guard did not hold. `fallback` is JSONata for the result that stands in. */
export function failed(causeLength: number, fallback?: string): string {
  const standsIn = fallback === undefined ? '' : `'r':${fallback},`;
  return `$states.errorOutput.{${standsIn}'e':Error,'c':$substring(Cause,0,${causeLength}),'t':${TIMES}}`;
}

/**
 * The record of a list from those of its items. JSONata makes of a list of one its element, and of a list of lists one
 * list, so that the results are put together with care.
 */
export function listed({ fallback, isAwaited }: { fallback: string | undefined; isAwaited: boolean }): string {
  const results = `$_n=0?[]:$_n=1?($type($_m)='array'?[[$_m]]:[$_m]):$_m`;
  const result = isAwaited ? `(${results})` : 'null';
  const standsIn = fallback === undefined ? '' : `'r':${quoted(QUERY_ERROR)} in $_f.e?$_none:${fallback},`;
  return (
    `($_s:=$states.result;$_n:=$count($_s);$_f:=$_s[$not($exists(r))];$_m:=$map($_s,function($_i){$_i.r});` +
    `$exists($_f)?{${standsIn}'i':$_s,'t':${TIMES}}:{'r':${result},'i':$_s.{'t':t},'t':${TIMES}})`
  );
}
