/** The names a plan may give, and those that mean something already. */
/** Ids and output keys: a JSONata variable, a state's name and a branch's name at once. */
export const NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_]*$/;
/** Characters of a name. */
export const NAME_MAX_LENGTH = 64;
/** {@link NAME_PATTERN} and {@link NAME_MAX_LENGTH} in words. */
export const NAME_RULE = 'a letter, then letters, digits or _, at most 64 characters';

/**
 * The functions an expression may call: those of JSONata 2.0.6 that are pure, bounded and need no lambda, and
 * Step Functions' own `$parse`. What depends on time or chance is left out, so that a run can be resumed and compared.
 */
export const EXPRESSION_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['count', 'sum', 'max', 'min', 'average'],
  ...['string', 'length', 'uppercase', 'lowercase', 'trim', 'substring', 'substringBefore', 'substringAfter'],
  ...['contains', 'split', 'join', 'replace'],
  ...['number', 'abs', 'floor', 'ceil', 'round', 'power', 'sqrt'],
  ...['boolean', 'not', 'exists', 'type'],
  ...['append', 'reverse', 'sort', 'distinct', 'zip'],
  ...['keys', 'lookup', 'merge', 'spread'],
  ...['toMillis', 'fromMillis', 'parse'],
]);

/** Variables that a plan does not define itself. `states` belongs to Step Functions. */
export const BUILT_IN_VARIABLES = ['inputs', 'item', 'index', 'winner', 'states'] as const;

/** jsonata asks its own table of variables for this method, so no variable may hide it. */
const BREAKS_JSONATA = 'hasOwnProperty';

/** What no action may be called. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...BUILT_IN_VARIABLES,
  ...EXPRESSION_FUNCTIONS,
  BREAKS_JSONATA,
]);
