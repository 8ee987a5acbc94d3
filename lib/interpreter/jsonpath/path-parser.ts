/** Reads paths. */
import type { Filter, Operand, Step } from './path-steps.ts';

/** The steps of a path that begins with `$`. Throws for what is no path. */
export function parsePath(path: string): Step[] {
  const parser = new PathParser(path, 1);
  const steps = parser.steps();
  if (!path.startsWith('$') || !parser.isAtEnd) throw new Error(`Invalid path '${path}'`);
  return steps;
}

const NAME = /[^.[\]()'"\s,=<>!&|?@*]+/y;
const NUMBER = /-?\d+/y;
const LITERAL = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b/y;
const OPERATOR = /==|!=|<=|>=|<|>/y;

class PathParser {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    for (;;) {
      if (this.#skip('..')) {
        steps.push({ kind: 'deep' });
        if (!this.#sees('[')) steps.push(this.#named());
      } else if (this.#skip('.')) steps.push(this.#named());
      else if (this.#skip('[')) steps.push(this.#bracketed());
      else return steps;
    }
  }

  #named(): Step {
    if (this.#skip('*')) return { kind: 'all' };
    const name = this.#match(NAME);
    if (name === undefined) throw this.#wrong();
    if (name === 'length' && this.#skip('()')) return { kind: 'length' };
    return { kind: 'names', names: [name] };
  }

  #bracketed(): Step {
    this.#space();
    if (this.#skip('*')) return this.#closed({ kind: 'all' });
    if (this.#skip('?')) {
      this.#expect('(');
      const filter = this.#either();
      this.#expect(')');
      return this.#closed({ kind: 'filter', filter });
    }
    if (this.#sees("'") || this.#sees('"'))
      return this.#closed({ kind: 'names', names: this.#list(() => this.#quoted()) });
    const first = this.#number();
    if (!this.#skip(':')) {
      if (first === undefined) throw this.#wrong();
      const indices = [first];
      while (this.#comma()) indices.push(this.#number() ?? 0);
      return this.#closed({ kind: 'indices', indices });
    }
    const to = this.#number();
    const by = this.#skip(':') ? (this.#number() ?? 1) : 1;
    if (by < 1) throw this.#wrong();
    return this.#closed({ kind: 'slice', from: first, to, by });
  }

  #either(): Filter {
    let left = this.#both();
    while (this.#skipSpaced('||')) left = { kind: 'or', left, right: this.#both() };
    return left;
  }

  #both(): Filter {
    let left = this.#single();
    while (this.#skipSpaced('&&')) left = { kind: 'and', left, right: this.#single() };
    return left;
  }

  #single(): Filter {
    if (this.#skipSpaced('!')) return { kind: 'not', of: this.#single() };
    if (this.#skipSpaced('(')) {
      const inner = this.#either();
      this.#expect(')');
      return inner;
    }
    const left = this.#operand();
    this.#space();
    const operator = this.#match(OPERATOR);
    if (operator === undefined) return { kind: 'exists', operand: left };
    return { kind: 'compare', operator, left, right: this.#operand() };
  }

  #operand(): Operand {
    this.#space();
    if (this.#skip('@')) return { kind: 'path', isRoot: false, steps: this.steps() };
    if (this.#skip('$')) return { kind: 'path', isRoot: true, steps: this.steps() };
    if (this.#sees("'") || this.#sees('"')) return { kind: 'literal', value: this.#quoted() };
    const literal = this.#match(LITERAL);
    if (literal === undefined) throw this.#wrong();
    return { kind: 'literal', value: JSON.parse(literal) };
  }

  #quoted(): string {
    this.#space();
    const quote = this.#text[this.#at];
    let text = '';
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at]!;
      if (character === quote) {
        this.#at = at + 1;
        return text;
      }
      // Before anything but the quote or another one, a backslash is itself.
      const isEscape = character === '\\' && [quote, '\\'].includes(this.#text[at + 1]);
      text += isEscape ? this.#text[++at] : character;
    }
    throw this.#wrong();
  }

  #list<T>(read: () => T): T[] {
    const list = [read()];
    while (this.#comma()) list.push(read());
    return list;
  }

  #comma(): boolean {
    return this.#skipSpaced(',');
  }

  #number(): number | undefined {
    this.#space();
    const text = this.#match(NUMBER);
    return text === undefined ? undefined : Number(text);
  }

  #closed(step: Step): Step {
    this.#expect(']');
    return step;
  }

  #expect(token: string): void {
    if (!this.#skipSpaced(token)) throw this.#wrong();
  }

  #skipSpaced(token: string): boolean {
    this.#space();
    return this.#skip(token);
  }

  #skip(token: string): boolean {
    if (!this.#sees(token)) return false;
    this.#at += token.length;
    return true;
  }

  #sees(token: string): boolean {
    return this.#text.startsWith(token, this.#at);
  }

  #space(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0];
    this.#at += text?.length ?? 0;
    return text;
  }

  #wrong(): Error {
    return new Error(`Invalid path '${this.#text}' at character ${this.#at + 1}`);
  }
}
