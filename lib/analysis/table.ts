/** Rows of a wave, an id, a tool and figures, with notes below them. */
import { columnsOf, padEnd, padStart, shorten, wrap } from '../core/text.ts';

export interface Row {
  wave: string;
  id: string;
  tool: string;
  figures: readonly string[];
  notes: readonly string[];
}

const HEADER: Row = { wave: 'wave', id: 'action', tool: 'tool', figures: ['estimate', 'start', 'slack'], notes: [] };
const GAP = '  ';
/** A tool that is cut shorter than this says nothing: then its column is left out. */
const LEAST_TOOL_COLUMNS = 16;
const LEAST_ID_COLUMNS = 16;

interface Columns {
  line: number;
  wave: number;
  id: number;
  /** 0 when it is not shown. */
  tool: number;
  figures: number[];
}

/** Lines of at most `width` columns; an id is never cut, but stands on a line of its own when it is too long. */
export function drawTable(rows: readonly Row[], width: number): string[] {
  const columns = layOut([HEADER, ...rows], width);
  return [HEADER, ...rows].flatMap((row) => drawRow(row, columns));
}

function layOut(rows: readonly Row[], line: number): Columns {
  const widest = (text: (row: Row) => string) => rows.reduce((most, row) => Math.max(most, columnsOf(text(row))), 0);
  const wave = widest((row) => row.wave);
  const figures = HEADER.figures.map((_, index) => widest((row) => row.figures[index]!));
  const room = line - wave - GAP.length - figures.reduce((sum, columns) => sum + GAP.length + columns, 0);

  const [widestId, widestTool] = [widest((row) => row.id), widest((row) => row.tool)];
  const leastTool = Math.min(widestTool, LEAST_TOOL_COLUMNS);
  const withTool = room >= Math.min(widestId, LEAST_ID_COLUMNS) + GAP.length + leastTool;
  const id = Math.min(widestId, withTool ? room - GAP.length - leastTool : room);
  const tool = withTool ? Math.min(widestTool, room - GAP.length - id) : 0;
  return { line, wave, id, tool, figures };
}

function drawRow({ wave, id, tool, figures, notes }: Row, columns: Columns): string[] {
  const start = padStart(wave, columns.wave) + GAP;
  const indent = ' '.repeat(start.length);
  const fits = columnsOf(id) <= columns.id;
  const cells = [
    padEnd(fits ? id : '', columns.id),
    ...(columns.tool > 0 ? [padEnd(shorten(tool, columns.tool, '...'), columns.tool)] : []),
    ...figures.map((figure, index) => padStart(figure, columns.figures[index]!)),
  ];
  return [
    ...(fits ? [] : wrap(id, columns.line - indent.length, '')),
    cells.join(GAP).trimEnd(),
    ...notes.flatMap((note) => wrap(note, columns.line - indent.length - 2, '  ').map((line) => `  ${line}`)),
  ].map((line, index) => (index === 0 ? start : indent) + line);
}
