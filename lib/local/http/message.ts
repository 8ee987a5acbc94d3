/** One HTTP request and its response, free of any transport: what a service of AWS is, seen from its clients. */

export interface WireRequest {
  method: string;
  /** Path and query, as in the request line. */
  path: string;
  /** Names in any case. */
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Answers every request with a response. Rejects only when the signal is aborted, with its reason. */
export type WireHandler = (request: WireRequest, signal?: AbortSignal) => Promise<WireResponse>;

/** Reads the headers of a request by their names in lower case. */
export function headerReader({ headers }: WireRequest): (name: string) => string | undefined {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => byName.get(name);
}

/** The body of a request as text. */
export function bodyText({ body }: WireRequest): string {
  if (typeof body === 'string') return body;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

/** Bytes of the body of a request. */
export function bodyBytes({ body }: WireRequest): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
}
