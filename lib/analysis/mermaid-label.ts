/** Text of a plan in a Mermaid diagram. */
import { oneLine } from '../core/text.ts';

/** Columns of a line of a label. */
const LINE_WIDTH = 100;

/** A label of several lines, of which none can be read as anything but text. To be put between double quotes. */
export function label(lines: readonly string[]): string {
  return lines.map((line) => escapeLabel(oneLine(line, LINE_WIDTH))).join('<br/>');
}

/** Everything but plain letters, digits and a little punctuation as the entity codes that Mermaid decodes last of all. */
export function escapeLabel(text: string): string {
  return text.replace(/[^A-Za-z0-9_ .,()-]/gu, (character) => `#${character.codePointAt(0)};`);
}
