/** What the variables of a plan's expressions stand for where an action is run. */
import { quoted } from '../../asl/expression.ts';
import type { Expression, Reference } from '../../plan/expression.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { EXECUTION_INPUT } from './literals.ts';

/** By action id: the JSONata path to its record, in the scope of the state that is written. */
export type Records = ReadonlyMap<string, string>;

interface Variable {
  /** JSONata for its value. */
  source: string;
  /** JSONata for "it did not lose its race"; a loser is null, and so is every path from it. */
  unless?: string;
}

/** Local names of the expressions that are written here; no plan can use a name that begins so. */
const WINNER = '$_w';

/** The variables that an action may use, and the expressions that use them. */
export class Variables {
  readonly #variables: ReadonlyMap<string, Variable>;
  /** What has to be known before any variable: who won. */
  readonly #prelude: string;

  constructor(variables: Iterable<readonly [string, Variable]>, prelude = '') {
    this.#variables = new Map(variables);
    this.#prelude = prelude;
  }

  /** JSONata for the value of an expression of the plan. It yields nothing where the plan's would. */
  sourceOf(expression: Expression): string {
    const { reference } = expression;
    if (reference !== undefined) return this.#reference(expression, reference);
    const source = inOneLine(expression.source);
    if (expression.variables.size === 0) return source;
    // Before the candidates take their names: the winner is found by their records.
    const names = [...expression.variables].sort((a, b) => Number(b === 'winner') - Number(a === 'winner'));
    const bound = names.map((name) => `$${name}:=${this.#value(name)};`);
    return `(${this.#preludeFor(expression.variables)}${bound.join('')}${source})`;
  }

  /** JSONata for the list of a `for_each`; it yields nothing for what is not a list. */
  listOf(expression: Expression): string {
    const { reference, givesList, variables } = expression;
    const standsForList = reference === undefined ? String(givesList) : this.#goesThroughList(reference);
    const value = this.sourceOf(expression);
    const list = `($_v:=${value};$type($_v)='array'?$_v:${standsForList}?[$_v])`;
    if (reference === undefined) return list;
    const { unless } = this.#variable(reference.variable);
    return this.#withPrelude(variables, unless === undefined ? list : `${unless}?${list}`);
  }

  #reference({ source, variables }: Expression, { variable, indices, written }: Reference): string {
    const { source: base, unless } = this.#variable(variable);
    const full = written === 'text' ? source.slice('$string('.length, -1) : source;
    const path = full.slice(variable.length + 1);
    const simple = indices.length === 0 && !base.includes('(');
    const value = simple ? `${base}${path}` : `(${base})${path}`;
    const typed = written === 'text' ? `$string(${value})` : value;
    if (unless === undefined) return this.#withPrelude(variables, typed);
    if (written === 'expression') return this.#withPrelude(variables, `$${variable}:=${this.#value(variable)};${full}`);
    return this.#withPrelude(variables, `${unless}?${typed}:${written === 'text' ? "'null'" : 'null'}`);
  }

  /** JSONata for "on its way the path takes a field of a list". */
  #goesThroughList({ variable, indices, steps }: Reference): string {
    if (steps.length === 0) return 'false';
    const { source } = this.#variable(variable);
    const pick = (numbers: readonly number[]) => numbers.map((index) => `[${index}]`).join('');
    const types: string[] = [];
    let path = indices.length === 0 ? source : `(${source})${pick(indices)}`;
    for (const step of steps) {
      types.push(`$type(${path})`);
      path += `.\`${step.name}\`${pick(step.indices)}`;
    }
    return `'array' in [${types.join(',')}]`;
  }

  #value(name: string): string {
    const { source, unless } = this.#variable(name);
    return unless === undefined ? source : `${unless}?${source}:null`;
  }

  #variable(name: string): Variable {
    const variable = this.#variables.get(name);
    if (variable === undefined) throw new Error(`no value for $${name} here`);
    return variable;
  }

  #withPrelude(names: Iterable<string>, source: string): string {
    const prelude = this.#preludeFor(names);
    return prelude === '' ? source : `(${prelude}${source})`;
  }

  #preludeFor(names: Iterable<string>): string {
    const needsWinner = [...names].some((name) => this.#variable(name).unless !== undefined || name === 'winner');
    return needsWinner ? this.#prelude : '';
  }
}

/** The variables of an action: the results of those it requires, `$inputs`, `$winner`, and within a list `$item`, `$index`. */
export function variablesOf(
  { action }: ResolvedAction,
  required: readonly ResolvedAction[],
  records: Records,
): Variables {
  const inputs = { source: `${EXECUTION_INPUT}.inputs` };
  const item = { source: '$states.input.item' };
  const index = { source: '$states.input.index' };
  const common = [['inputs', inputs] as const, ['item', item] as const, ['index', index] as const];
  const results = required.map(({ id, outputKey }) => ({ id, outputKey, source: `${records.get(id)!}.r` }));
  if (action.join === 'all') return new Variables([...common, ...results.map((it) => [it.outputKey, it] as const)]);

  const winner = {
    source: `$lookup({${results.map(({ id, source }) => `${quoted(id)}:${source}`).join(',')}},${WINNER})`,
  };
  const candidates = results.map(({ id, outputKey, source }) => {
    return [outputKey, { source, unless: `${WINNER}=${quoted(id)}` }] as const;
  });
  return new Variables([...common, ['winner', winner], ...candidates], `${WINNER}:=${winnerOf(required, records)};`);
}

/** JSONata for the id of the candidate that was first to have a result; of equal ones the one listed first. */
function winnerOf(candidates: readonly ResolvedAction[], records: Records): string {
  const ended = candidates.map(({ id }) => {
    const record = records.get(id)!;
    return `$exists(${record}.r)?{'k':${quoted(id)},'t':${record}.t[2]}`;
  });
  return `([${ended.join(',')}]^(t))[0].k`;
}

const LINE_BREAK = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|[\r\n]+/gs;

/** Without line breaks, which asl-validator does not know in expressions: in texts they are written as such. */
function inOneLine(source: string): string {
  return source.replace(LINE_BREAK, (found) => {
    if (/^[\r\n]/.test(found)) return ' ';
    return found.startsWith('`') ? found : found.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
  });
}
