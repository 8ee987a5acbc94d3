/** Text that a language model wrote, made fit to be shown. */

/** Controls, line breaks and spaces, and whatever reorders or hides text: bidirectional overrides, fillers, joiners. */
const SPACES = /[\p{White_Space}\p{Cc}]+/gu;
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** The rest of a terminal's control sequence after its escape character. */
const CONTROL_SEQUENCE = new RegExp(`[${String.fromCharCode(0x1b, 0x9b)}]\\[?[0-?]*[ -/]*[@-~]`, 'g');

/** More of one text is never looked at. */
const MOST_CHARACTERS = 1000;

/** One line of at most `limit` characters without anything that a terminal would obey. */
export function oneLine(text: string, limit: number): string {
  const line = text
    .slice(0, MOST_CHARACTERS)
    .toWellFormed()
    .replace(CONTROL_SEQUENCE, '')
    .replace(SPACES, ' ')
    .replace(INVISIBLE, '')
    .trim();
  const characters = [...line];
  if (characters.length <= limit && text.length <= MOST_CHARACTERS) return line;
  return `${characters.slice(0, limit - 3).join('')}...`;
}
