/** The analysis as a Mermaid flowchart. */
import type { Dependency } from '../compiler/dependencies.ts';
import { oneLine } from '../core/text.ts';
import type { AnalysedAction, Analysis } from './analysis.ts';
import { escapeLabel, label } from './mermaid-label.ts';
import { formatSeconds } from './units.ts';
import { reasonsOf, repetition, requiresSuccess } from './wording.ts';

/** A plan of more waves is drawn from the top down: pages are longer than they are wide. */
const MOST_WAVES_SIDE_BY_SIDE = 8;

/** What stands around a label: it gives the node its shape. */
const SHAPES = {
  box: ['["', '"]'],
  conditional: ['{{"', '"}}'],
  list: ['[["', '"]]'],
  race: ['(["', '"])'],
} as const;

const CRITICAL_STYLE = 'stroke-width:4px';
const CONFLICT_STYLE = 'stroke:firebrick,stroke-dasharray:6 3';

/**
 * One node per action; edges that longer paths imply are left out. Nothing of the plan stands outside a quoted label, and
 * nodes are numbered, so that no id or expression can be taken for syntax.
 */
export function analysisMermaid({ actions, edges, waves }: Analysis): string {
  const nodes = new Map(actions.map((action, index) => [action.id, { action, name: `n${index}` }]));
  const drawn = edges
    .map((edge) => ({ edge, from: nodes.get(edge.from)!, to: nodes.get(edge.to)! }))
    .filter(({ edge, to }) => !edge.redundant || isCandidate(edge, to.action));
  const named = (which: (action: AnalysedAction) => boolean) =>
    [...nodes.values()].filter(({ action }) => which(action)).map(({ name }) => name);
  return [
    `flowchart ${waves.length > MOST_WAVES_SIDE_BY_SIDE ? 'TD' : 'LR'}`,
    ...[...nodes.values()].map(({ action, name }) => `  ${name}${node(action)}`),
    ...drawn.map(({ edge, from, to }) => `  ${from.name} ${arrow(edge)} ${to.name}`),
    ...linkStyles(drawn.map(({ edge, from, to }) => edgeStyle(edge, from.action, to.action))),
    ...classLines(
      'critical',
      CRITICAL_STYLE,
      named((action) => action.on_critical_path),
    ),
    ...classLines(
      'unawaited',
      'stroke-dasharray:5 5',
      named(({ mode }) => mode === 'fire_and_forget'),
    ),
  ].join('\n');
}

/** Each candidate of a race counts, even one that another candidate waits for. */
function isCandidate(edge: Dependency, to: AnalysedAction): boolean {
  return to.join === 'any' && requiresSuccess(edge);
}

function node(action: AnalysedAction): string {
  const [open, close] = SHAPES[shapeOf(action)];
  const { id, tool_name, estimated_seconds, when, mode, join } = action;
  const lines = [
    id,
    tool_name,
    formatSeconds(estimated_seconds),
    repetition(action),
    when !== null && `when ${oneLine(when, 80)}`,
    join === 'any' && 'first of',
    mode === 'sync' && 'sync',
    mode === 'fire_and_forget' && 'not awaited',
  ];
  return open + label(lines.filter((line) => typeof line === 'string')) + close;
}

function shapeOf({ join, for_each, when }: AnalysedAction): keyof typeof SHAPES {
  if (join === 'any') return 'race';
  if (for_each !== null) return 'list';
  return when === null ? 'box' : 'conditional';
}

/** Solid where success is required, dotted where only the end is awaited. A plain data edge needs no words. */
function arrow(edge: Dependency): string {
  const line = requiresSuccess(edge) ? '-->' : '-.->';
  const reasons = reasonsOf(edge).filter((reason) => reason !== 'data');
  if (reasons.length === 0) return line;
  return `${line}|"${escapeLabel(oneLine(reasons.join(', '), 80))}"|`;
}

function edgeStyle(edge: Dependency, from: AnalysedAction, to: AnalysedAction): string {
  const both = from.on_critical_path && to.on_critical_path;
  const isTight = both && from.earliest_finish_seconds === to.earliest_start_seconds;
  const onlyConflict = edge.kinds.every((kind) => kind === 'conflict');
  return [...(onlyConflict ? [CONFLICT_STYLE] : []), ...(isTight ? [CRITICAL_STYLE] : [])].join(',');
}

/** One line per style with the numbers of its edges: a second line for the same edge would replace the first. */
function linkStyles(styles: readonly string[]): string[] {
  const numbered = styles.map((style, index) => ({ style, index })).filter(({ style }) => style !== '');
  return [...Map.groupBy(numbered, ({ style }) => style)].map(
    ([style, edges]) => `  linkStyle ${edges.map(({ index }) => index).join(',')} ${style}`,
  );
}

function classLines(name: string, style: string, nodes: readonly string[]): string[] {
  return nodes.length === 0 ? [] : [`  classDef ${name} ${style}`, `  class ${nodes.join(',')} ${name}`];
}
