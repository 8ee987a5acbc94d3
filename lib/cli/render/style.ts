/** How text looks on one stream: colours or none, Unicode or ASCII. Decided once, at the edge, and passed along. */
import { styleText } from 'node:util';
import { asciiOnly, safeText } from '../../core/text.ts';
import type { ActionStatus, RunStatus } from '../../engine/records.ts';

/** What a colour means; never the only sign of it. */
export type Tone = 'good' | 'bad' | 'warn' | 'quiet' | 'strong' | 'bar';

export interface Glyphs {
  readonly status: Readonly<Record<ActionStatus | RunStatus, string>>;
  readonly ellipsis: string;
  readonly separator: string;
  readonly times: string;
  readonly none: string;
  readonly warning: string;
  readonly axis: { readonly side: string; readonly corner: string; readonly line: string; readonly tick: string };
  /** A cell filled from the left by 1 to 8 eighths; one glyph alone means whole cells only. */
  readonly fromLeft: readonly string[];
  /** A cell filled to the right by one eighth and by one half. */
  readonly toRight: { readonly eighth: string; readonly half: string };
  /** A cell of a bar whose end is not known. */
  readonly open: string;
  readonly spinner: readonly string[];
}

export interface Style {
  readonly color: boolean;
  readonly unicode: boolean;
  readonly glyphs: Glyphs;
  paint(tone: Tone, text: string): string;
  /** Foreground and background exchanged, which fills the rest of a partly filled cell. Only with colours. */
  paintInverse(tone: Tone, text: string): string;
  /** Foreign text as one safe line; no more of it than a line could ever show. */
  line(text: string): string;
  /** Foreign text with its line breaks, otherwise safe. */
  text(text: string): string;
}

export interface StyleOptions {
  color: boolean;
  unicode: boolean;
}

/** What a stream such as `process.stderr` tells about itself. */
export interface StreamTraits {
  readonly isTTY?: boolean | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const MOST_CHARACTERS_OF_A_LINE = 2_000;

type Format = Parameters<typeof styleText>[0];

const FORMATS = {
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  quiet: 'dim',
  strong: 'bold',
  bar: 'cyan',
} as const satisfies Record<Tone, Format>;

const UNICODE: Glyphs = {
  status: {
    succeeded: '✓',
    fallback: '↳',
    failed: '✗',
    timeout: '◷',
    timed_out: '◷',
    skipped: '↷',
    cancelled: '⊘',
    partial: '◑',
    running: '▸',
  },
  ellipsis: '…',
  separator: ' · ',
  times: '×',
  none: '–',
  warning: '!',
  axis: { side: '│', corner: '└', line: '─', tick: '┬' },
  fromLeft: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  toRight: { eighth: '▕', half: '▐' },
  open: '░',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};

const ASCII: Glyphs = {
  status: {
    succeeded: '+',
    fallback: '>',
    failed: 'x',
    timeout: 'T',
    timed_out: 'T',
    skipped: '-',
    cancelled: '/',
    partial: '%',
    running: '*',
  },
  ellipsis: '...',
  separator: ' | ',
  times: 'x',
  none: '-',
  warning: '!',
  axis: { side: '|', corner: '+', line: '-', tick: '+' },
  fromLeft: ['#'],
  toRight: { eighth: '#', half: '#' },
  open: '.',
  spinner: ['|', '/', '-', '\\'],
};

/** A style with or without colours, in Unicode or ASCII. */
export function createStyle({ color, unicode }: StyleOptions): Style {
  const paint = (format: Format, text: string) =>
    color && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  const clean = (text: string) => (unicode ? safeText(text) : asciiOnly(safeText(text)));
  return {
    color,
    unicode,
    glyphs: unicode ? UNICODE : ASCII,
    paint: (tone, text) => paint(FORMATS[tone], text),
    paintInverse: (tone, text) => paint([FORMATS[tone], 'inverse'], text),
    line: (text) => clean(text.slice(0, MOST_CHARACTERS_OF_A_LINE)).replace(/\s+/gu, ' ').trim(),
    text: clean,
  };
}

/** The style that suits a stream in an environment. */
export function styleFor(stream: StreamTraits, environment: Environment): Style {
  return createStyle({ color: wantsColor(stream, environment), unicode: showsUnicode(environment) });
}

/** Whether lines may be drawn over: a terminal that understands cursor movements. */
export function canRedraw(stream: StreamTraits, environment: Environment): boolean {
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

/** `FORCE_COLOR` decides (0 and false: never), then `NO_COLOR`, then whether it is a terminal with colours, as in Node. */
function wantsColor(stream: StreamTraits, environment: Environment): boolean {
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (environment['NO_COLOR']) return false;
  return canRedraw(stream, environment);
}

/**
 * What the locale says. Where none is set, as in most containers, terminals show UTF-8 all the same, but for the Linux
 * console, whose font has no fine blocks, and the old console of Windows.
 */
function showsUnicode(environment: Environment): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'];
  if (locale) return /utf-?8/i.test(locale);
  if (environment['OS'] === 'Windows_NT') return Boolean(environment['WT_SESSION'] ?? environment['TERM_PROGRAM']);
  return environment['TERM'] !== 'linux';
}
