/** A list action: a Map whose iterations are calls. */
import type { MapState } from '../../asl/definition.ts';
import { expression } from '../../asl/expression.ts';
import type { ActionPlace } from './action-place.ts';
import { detailOf, recordOfCall } from './action-place.ts';
import { itemState } from './call.ts';
import { failed } from './records.ts';
import { stateNames } from './state-names.ts';
import { fieldValue } from './values.ts';

/** Characters that are kept of the cause of a failed item: of some hundreds all together have to fit into an output. */
const ITEM_CAUSE = 500;

/** The Map of a list action, without what follows it. */
export function listState(at: ActionPlace): MapState {
  const { action, emission } = at;
  const { itemFailed } = stateNames(action.id);
  const isRecorded = at.place.isUsed || at.place.isHandedOn;
  const call = { ...itemState(at), Output: isRecorded ? expression(recordOfCall(at)) : {}, End: true as const };
  // A fallback does not stand in for a mistake of the plan, which only the error tells.
  const hasError = action.action.fallback !== undefined;
  const failure = isRecorded
    ? failed({ ...detailOf(at), hasError, causeLength: Math.min(detailOf(at).causeLength, ITEM_CAUSE) })
    : undefined;
  const caught = { Output: failure === undefined ? {} : expression(failure), Next: itemFailed };
  // Under `stop` the first failed item ends its list; otherwise its record goes with the others.
  const states: MapState['ItemProcessor']['States'] = emission.stopsOnFailure
    ? { [action.id]: call }
    : {
        [action.id]: { ...call, Catch: [{ ErrorEquals: ['States.ALL'], ...caught }] },
        [itemFailed]: { Type: 'Succeed' },
      };
  return {
    Type: 'Map',
    ...items(at),
    ItemSelector: {
      item: expression('$states.context.Map.Item.Value'),
      index: expression('$states.context.Map.Item.Index'),
    },
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: action.id, States: states },
  };
}

/** The items, and how many of them run at once. */
function items({ action, emission, variables, guard }: ActionPlace): Pick<MapState, 'Items' | 'MaxConcurrency'> {
  const template = action.forEach!;
  const most = action.itemsInOrder ? 1 : emission.concurrencyOf(action.id);
  const concurrency = most === undefined ? {} : { MaxConcurrency: most };
  if (template.kind === 'value') {
    const list = variables.listOf(template.expression);
    return { Items: expression(guard === undefined ? list : `${guard}?${list}`), ...concurrency };
  }
  const place = { id: action.id, field: 'for_each', variables, literals: emission.literals } as const;
  const Items = fieldValue(template, place);
  if (guard === undefined) return { Items, ...concurrency };
  // 0 is no limit. The guard stands here because a list that is written out has no expression around it.
  return { Items, MaxConcurrency: expression(`${guard}?${most ?? 0}`) };
}
