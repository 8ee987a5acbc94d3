/** Who may call a server of this machine: programs on it, and no page of a browser that comes from elsewhere. */
import { HttpError } from './http/problem.ts';

/**
 * Throws `forbidden`. A page of a foreign site can send requests to 127.0.0.1, or have its own name lead there (DNS rebinding):
 * such a request says so in `Origin`, or in `Host`.
 */
export function checkLocal(request: Request): void {
  const host = request.headers.get('host');
  if (host !== null && !isLocal(`http://${host}`)) {
    throw new HttpError('forbidden', `this server answers for 127.0.0.1 and localhost only, not for ${host}`);
  }
  const origin = request.headers.get('origin');
  if (origin !== null && new URL(request.url).origin !== origin) {
    throw new HttpError('forbidden', `no page of ${origin} may call this server`);
  }
}

function isLocal(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(URL.parse(url)?.hostname ?? '');
}
