/** What the command line needs from its surroundings: injected, so that tests run it in process. */

/** Where text goes; what a terminal tells about itself is absent for other streams. */
export interface OutputStream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
}

/** All that a command reads from and writes to, except files and the store. */
export interface CliIo {
  stdout: OutputStream;
  stderr: OutputStream;
  /** All of standard input. */
  readStdin(): Promise<string>;
  env: Readonly<Record<string, string | undefined>>;
  /** Calls back once, on the first Ctrl-C or SIGTERM; returns how to stop listening. */
  onInterrupt(callback: () => void): () => void;
}

/** Columns of a stream that says none: not a terminal. */
const DEFAULT_WIDTH = 100;

/** Columns to write on a stream with: the terminal's, else `COLUMNS`, else 100. */
export function widthOf(stream: OutputStream, env: CliIo['env']): number {
  return stream.columns ?? (Number(env['COLUMNS']) || DEFAULT_WIDTH);
}
