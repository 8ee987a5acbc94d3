/** Finds the handler of a function, with the errors that Lambda's runtime gives when it cannot. */
import { RuntimeError } from './errors.ts';

export type Handler = (event: unknown, context: unknown) => unknown;

export async function loadHandler(moduleUrl: string, name: string): Promise<Handler> {
  const loaded = await importModule(moduleUrl);
  // A CommonJS bundle has its exports under `default` where Node cannot see their names.
  const handler = loaded[name] ?? (loaded['default'] as Record<string, unknown> | undefined)?.[name];
  if (typeof handler === 'function') return handler as Handler;
  const file = moduleUrl.slice(moduleUrl.lastIndexOf('/') + 1).replace(/\.[a-z]+$/, '');
  throw new RuntimeError('HandlerNotFound', `${file}.${name} is undefined or not exported`);
}

async function importModule(moduleUrl: string): Promise<Record<string, unknown>> {
  try {
    return await import(moduleUrl);
  } catch (thrown) {
    // The stack of a syntax error begins with the place in the file.
    if (thrown instanceof SyntaxError) {
      throw Object.assign(new RuntimeError('UserCodeSyntaxError', String(thrown)), { stack: thrown.stack });
    }
    if (isMissingModule(thrown)) throw new RuntimeError('ImportModuleError', String(thrown));
    throw thrown;
  }
}

function isMissingModule(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
