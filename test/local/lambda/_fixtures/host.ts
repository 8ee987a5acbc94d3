/** What the tests of the host share: hosts that are closed after each test, and short ways to call them. */
import { randomUUID } from 'node:crypto';
import { afterEach } from 'vitest';
import {
  createLambdaHost,
  type LambdaFunction,
  type LambdaHost,
  type LogEntry,
} from '../../../../lib/local/lambda/host.ts';
import { type FunctionRef, parseFunctionName } from '../../../../lib/local/lambda/names.ts';
import type { InvocationResult } from '../../../../lib/local/lambda/service.ts';

const TOOLS = new URL('./tools.ts', import.meta.url);
const hosts: LambdaHost[] = [];

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

/** A function of the fixture, named like its export. */
export function tool(name: string, options: Partial<LambdaFunction> = {}): LambdaFunction {
  return { name, module: TOOLS, handler: name, timeoutSeconds: 20, memoryMb: 256, ...options };
}

export function fixture(file: string, options: Partial<LambdaFunction> = {}): LambdaFunction {
  const module = new URL(`./${file}`, import.meta.url);
  return { name: 'fixture', module, timeoutSeconds: 20, memoryMb: 256, ...options };
}

interface Options {
  maxEnvironments?: number;
  accountConcurrency?: number;
  idleSeconds?: number;
  env?: Record<string, string>;
}

export function hostOf(functions: LambdaFunction[], options: Options = {}): { host: LambdaHost; log: LogEntry[] } {
  const log: LogEntry[] = [];
  const host = createLambdaHost({ functions, onLog: (entry) => log.push(entry), ...options });
  hosts.push(host);
  return { host, log };
}

export function call(
  host: LambdaHost,
  name: string,
  event: unknown = {},
  signal?: AbortSignal,
): Promise<InvocationResult> {
  return host.invoke(invocation(name, event), signal);
}

export function invocation(name: string, event: unknown = {}) {
  return { target: parseFunctionName(name) as FunctionRef, requestId: randomUUID(), payload: JSON.stringify(event) };
}

/** The answer, or the error, as a value. */
export function answerOf(result: InvocationResult) {
  return JSON.parse(result.payload);
}

/** Waits for something to become true, at most two seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 2_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within 2 seconds: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
