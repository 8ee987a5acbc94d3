/**
 * Takes everything that a function prints, so that nothing of it reaches the streams of the process: the console, the
 * two streams, and writes to the descriptors 1 and 2, as fast loggers make them. It travels on the channel of the
 * results, so that the output of an invocation always arrives before its result, and before the exit of its worker.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { OutputStream } from '../protocol.ts';

/** Longest piece of output that is sent; the rest is cut. CloudWatch Logs cut at 256 KB for most of its history. */
const MAX_CHUNK = 262_144;

/** Characters that may wait for the host. A function that prints faster waits, as on a full pipe. */
const MAX_BACKLOG = 1_048_576;

type Send = (stream: OutputStream, text: string) => void;

export function captureOutput(backlog: Int32Array, send: Send): void {
  const take: Send = (stream, text) => {
    const chunk = text.slice(0, MAX_CHUNK);
    for (let waiting = Atomics.load(backlog, 0); waiting > MAX_BACKLOG; waiting = Atomics.load(backlog, 0)) {
      Atomics.wait(backlog, 0, waiting);
    }
    Atomics.add(backlog, 0, chunk.length);
    send(stream, chunk);
  };
  captureStream(process.stdout, 'stdout', take);
  captureStream(process.stderr, 'stderr', take);
  captureDescriptors(take);
}

interface Chunk {
  chunk: string | Uint8Array;
}

function captureStream(stream: NodeJS.WritableStream, name: OutputStream, take: Send): void {
  const decoder = new TextDecoder();
  const write = (chunks: Chunk[], done: () => void) => {
    for (const { chunk } of chunks) {
      take(name, typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
    }
    done();
  };
  // The lowest method of a Writable: `write`, `end` and pipes all arrive there.
  Object.assign(stream, { _writev: write });
}

/** Writes to the descriptors go by the functions of node:fs, which only their own module object can replace. */
function captureDescriptors(take: Send): void {
  const { writeSync, write, writevSync, writev } = fs;
  const streams = new Map<unknown, OutputStream>([
    [1, 'stdout'],
    [2, 'stderr'],
  ]);
  const captured = (fd: unknown, data: string | Uint8Array): number | undefined => {
    const stream = streams.get(fd);
    if (stream === undefined) return undefined;
    take(stream, typeof data === 'string' ? data : new TextDecoder().decode(data));
    return typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
  };
  const replacements = {
    writeSync: (...args: unknown[]) => captured(args[0], written(args)) ?? Reflect.apply(writeSync, fs, args),
    writevSync: (...args: unknown[]) => captured(args[0], gathered(args)) ?? Reflect.apply(writevSync, fs, args),
    write: (...args: unknown[]) => answered(args, captured(args[0], written(args)), write),
    writev: (...args: unknown[]) => answered(args, captured(args[0], gathered(args)), writev),
  };
  Object.assign(fs, replacements);
  syncBuiltinESMExports();
}

/** The text, or the part of a buffer, that `(fd, data, offset, length)` or `(fd, data, {offset, length})` names. */
function written([fd, data, offset, length]: unknown[]): string | Uint8Array {
  if (fd !== 1 && fd !== 2) return '';
  if (!ArrayBuffer.isView(data)) return String(data);
  const part = typeof offset === 'object' && offset !== null ? (offset as Part) : { offset, length };
  const start = typeof part.offset === 'number' ? part.offset : 0;
  const size = typeof part.length === 'number' ? part.length : data.byteLength - start;
  return new Uint8Array(data.buffer, data.byteOffset + start, size);
}

interface Part {
  offset?: unknown;
  length?: unknown;
}

function gathered([fd, buffers]: unknown[]): Uint8Array | string {
  return fd === 1 || fd === 2 ? Buffer.concat(buffers as Uint8Array[]) : '';
}

type Write = (...args: never[]) => unknown;

/** Answers a captured write by its callback, always later as the original does; passes any other write on. */
function answered(args: unknown[], size: number | undefined, original: Write): unknown {
  if (size === undefined) return Reflect.apply(original, fs, args);
  const done = args.at(-1);
  if (typeof done === 'function') setImmediate(() => done(null, size, args[1]));
  return undefined;
}
