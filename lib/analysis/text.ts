/** The analysis as text for a terminal. */
import type { Dependency } from '../compiler/dependencies.ts';
import { oneLine, padEnd, padStart, plural, wrap } from '../core/text.ts';
import type { AnalysedAction, Analysis } from './analysis.ts';
import { drawTable } from './table.ts';
import { formatDollars, formatSeconds } from './units.ts';
import { pathText, reasonsOf, repetition, requiresSuccess } from './wording.ts';

/** Narrower lines than this would hold nothing but figures. */
export const LEAST_WIDTH = 48;

/** Of each kind; the rest is counted. */
const MOST_DEPENDENCIES = 12;
const MOST_WARNINGS = 20;
const MOST_CAPS = 6;

export interface TextOptions {
  /** Terminal columns; at least {@link LEAST_WIDTH} are used. */
  width: number;
}

/** Lines without a final line break, in plain ASCII but for what the plan itself says. */
export function analysisText(analysis: Analysis, options: TextOptions): string {
  const width = Math.max(LEAST_WIDTH, options.width);
  const sections = [
    head(analysis, width),
    table(analysis, width),
    times(analysis, width),
    stateMachine(analysis, width),
    warningLines(analysis, width),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function head({ name, actions, waves, critical_path }: Analysis, width: number): string[] {
  const counts = `${plural(actions.length, 'action')}, ${plural(waves.length, 'wave')}`;
  const path = `critical path ${formatSeconds(critical_path.seconds)}: ${pathText(critical_path.ids.map(idText))}`;
  return wrap(`${oneLine(name, 80)}: ${counts}, ${path}`, width, '  ');
}

/** A row for each action, wave by wave, and under it what it waits for and how it runs. */
function table({ actions, waves, edges }: Analysis, width: number): string[] {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const before = Map.groupBy(edges, ({ to }) => to);
  const rows = waves.flatMap((ids) =>
    ids.map((id, position) => {
      const action = byId.get(id)!;
      return {
        wave: position === 0 ? String(action.wave) : '',
        id: idText(id),
        tool: idText(action.tool_name),
        figures: [
          formatSeconds(action.estimated_seconds),
          formatSeconds(action.earliest_start_seconds),
          slackText(action),
        ],
        notes: [waitsFor(action, before.get(id) ?? []), manner(action)].filter((note) => note !== ''),
      };
    }),
  );
  return drawTable(rows, width);
}

function idText(id: string): string {
  return oneLine(id, 80);
}

function slackText({ slack_seconds, on_critical_path, loses_to }: AnalysedAction): string {
  if (loses_to !== null) return 'loses';
  return on_critical_path ? 'critical' : formatSeconds(slack_seconds);
}

/** `needs reorder (data); after audit (conflict on orders:WH001)`. Order that other edges imply is left out. */
function waitsFor({ join }: AnalysedAction, edges: readonly Dependency[]): string {
  const required = edges.filter(requiresSuccess);
  const awaited = edges.filter((edge) => !requiresSuccess(edge) && !edge.redundant);
  const needs = join === 'any' ? 'needs the first of' : 'needs';
  return [
    ...(required.length > 0 ? [`${needs} ${listEdges(required)}`] : []),
    ...(awaited.length > 0 ? [`after ${listEdges(awaited)}`] : []),
  ].join('; ');
}

/** Those that decide come first: an edge that others imply is never the last one waited for. */
function listEdges(edges: readonly Dependency[]): string {
  const shown = edges
    .toSorted((a, b) => Number(a.redundant) - Number(b.redundant))
    .slice(0, MOST_DEPENDENCIES)
    .map((edge) => `${idText(edge.from)} (${oneLine(reasonsOf(edge).join(', '), 100)})`);
  const rest = edges.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

/** What is special about how it runs. */
function manner(action: AnalysedAction): string {
  const { when, mode, lanes, loses_to, earliest_finish_seconds } = action;
  return [
    when !== null && `only when ${oneLine(when, 200)}`,
    repetition(action),
    mode === 'sync' && 'all listed after it wait for it',
    mode === 'fire_and_forget' && 'not awaited',
    lanes.priority !== 0 && `priority ${lanes.priority}`,
    loses_to !== null && `cancelled at ${formatSeconds(earliest_finish_seconds)}, when ${idText(loses_to)} wins`,
  ]
    .filter(Boolean)
    .join('; ');
}

/** How long it takes in each way of running it, what limits it, and what the figures take for granted. */
function times(analysis: Analysis, width: number): string[] {
  const { sequential_seconds, wave_seconds, parallel_seconds, compiled_seconds, speedup } = analysis;
  const rows = [
    ['one after another', sequential_seconds, ''],
    ['wave by wave', wave_seconds, ''],
    ['in parallel', parallel_seconds, `  speed-up ${speedup.toFixed(2)}`],
    ['compiled', compiled_seconds, ''],
  ] as const;
  const timeWidth = Math.max(...rows.map(([, time]) => formatSeconds(time).length));
  return [
    ...rows.map(([label, time, note]) => `${padEnd(label, 17)}  ${padStart(formatSeconds(time), timeWidth)}${note}`),
    ...wrap(limits(analysis), width, '  '),
    ...wrap('estimates, if every condition holds and no call fails', width, '  '),
  ];
}

/** `calls at once, at most: 4 over all, 2 of allocate_orders; this costs 3.0 s`. */
function limits({ actions, max_parallel, parallel_seconds, critical_path }: Analysis): string {
  const caps = new Map(actions.map(({ tool_name, lanes }) => [tool_name, lanes.concurrency_cap]));
  const capped = [...caps].filter(([, cap]) => cap !== null).map(([tool, cap]) => `${cap} of ${idText(tool)}`);
  const overall = max_parallel === null ? [] : [`${max_parallel} over all`];
  const parts = [...overall, ...capped.slice(0, MOST_CAPS)];
  if (parts.length === 0) return 'nothing limits how many calls run at once';
  if (capped.length > MOST_CAPS) parts.push(`${capped.length - MOST_CAPS} more limits`);
  // Counted in whole milliseconds: the difference of two fractions would not be exact.
  const costMs = Math.round(parallel_seconds * 1000) - Math.round(critical_path.seconds * 1000);
  const cost = costMs > 0 ? formatSeconds(costMs / 1000) : 'no time';
  return `calls at once, at most: ${parts.join(', ')}; this costs ${cost}`;
}

/** Which engine runs it and why, how large its machine is, and what Step Functions charges. */
function stateMachine({ engine, state_machine, price_per_run_usd }: Analysis, width: number): string[] {
  const { definition_bytes, transitions, history_events } = state_machine;
  const { standard, express, direct } = price_per_run_usd;
  const size = `${plural(definition_bytes, 'byte')}, ${plural(transitions, 'transition')}, ${plural(history_events, 'event')}`;
  const prices = `standard ${formatDollars(standard)}, express ${formatDollars(express)}, direct ${formatDollars(direct)}`;
  return [
    `engine: ${engine.engine}`,
    ...engine.reasons.flatMap((reason) => wrap(`- ${oneLine(reason, 300)}`, width, '  ')),
    ...wrap(`state machine: ${size}`, width, '  '),
    ...wrap(`Step Functions' price of a run: ${prices}; what the functions cost comes on top`, width, '  '),
  ];
}

function warningLines({ warnings }: Analysis, width: number): string[] {
  if (warnings.length === 0) return [];
  const rest = warnings.length - MOST_WARNINGS;
  return [
    'warnings',
    ...warnings.slice(0, MOST_WARNINGS).flatMap((warning) => wrap(`- ${oneLine(warning, 300)}`, width, '  ')),
    ...(rest > 0 ? [`- ${rest} more`] : []),
  ];
}
