/** The body of a request as JSON, within its limit. */
import { parseJson } from '../../plan/parse.ts';
import { HttpError } from './problem.ts';

/** Undefined when there is none. Throws what is wrong with it as a problem. */
export async function readJsonBody(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return undefined;
  checkType(request.headers);
  return parseJson(decode(bytes), 'The body');
}

async function readBytes(request: Request, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): HttpError {
  const message = `the body is larger than ${maxBytes} bytes: put the data where the tools can read it and pass its place`;
  return new HttpError('body_too_large', message, { connection: 'close' });
}

function checkType(headers: Headers): void {
  const type = headers.get('content-type');
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    throw new HttpError('unsupported_media_type', `the body is sent as ${encoding}; send it without content-encoding`);
  }
  if (/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type ?? '')) return;
  throw new HttpError(
    'unsupported_media_type',
    `the body is ${type ?? 'of no type'}; send JSON, with the header content-type: application/json`,
  );
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError('invalid_json', 'the body is not UTF-8');
  }
}
