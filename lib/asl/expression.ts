/** How expressions are written into a definition. */

/** As a field of a state marks it: `{% source %}`. */
export function expression(source: string): string {
  return `{% ${source} %}`;
}

const ESCAPED = /[\\']|[^ -~]/g;

/** A text as a JSONata literal in single quotes, which JSON need not escape. Every text comes back as it was. */
export function quoted(text: string): string {
  const escaped = text.replace(ESCAPED, (character) =>
    character === '\\' ? '\\\\' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `'${escaped}'`;
}

/**
 * Functions of JSONata 2.0.6 and those that Step Functions adds. A variable of such a name would hide the function:
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export const JSONATA_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['sum', 'count', 'max', 'min', 'average', 'number', 'floor', 'ceil', 'round', 'abs', 'sqrt', 'power', 'random'],
  ...['string', 'substring', 'substringBefore', 'substringAfter', 'lowercase', 'uppercase', 'length', 'trim', 'pad'],
  ...['match', 'contains', 'replace', 'split', 'join', 'formatNumber', 'formatBase', 'formatInteger', 'parseInteger'],
  ...['base64encode', 'base64decode', 'encodeUrlComponent', 'encodeUrl', 'decodeUrlComponent', 'decodeUrl'],
  ...[
    'boolean',
    'not',
    'exists',
    'type',
    'error',
    'assert',
    'eval',
    'clone',
    'now',
    'millis',
    'toMillis',
    'fromMillis',
  ],
  ...['map', 'filter', 'single', 'reduce', 'sift', 'each', 'zip', 'append', 'reverse', 'sort', 'shuffle', 'distinct'],
  ...['keys', 'lookup', 'spread', 'merge', 'partition', 'range', 'hash', 'uuid', 'parse'],
]);
