/**
 * Keeps web pages away from a server that asks for no key because only this machine can reach it: so can every page in a
 * browser on this machine, directly or through a name that resolves to 127.0.0.1 (DNS rebinding).
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import type { CorsOptions } from './cors.ts';

/**
 * Refuses a request that was made for another host, or by a page of another origin.
 *
 * @param headers of the request
 * @param allowedHosts host names besides those of loopback, without ports
 * @param cors origins that may call anyway
 * @throws FORBIDDEN
 */
export function checkOrigin(
  headers: Headers,
  allowedHosts: readonly string[],
  cors: CorsOptions | undefined,
): void {
  const host = headers.get('host') ?? '';
  const name = hostName(host);
  // HTTP/1.0 may leave it out, HTTP/1.1 may not, and no browser does.
  if (
    host !== '' &&
    !isLoopbackName(name) &&
    !allowedHosts.some((allowed) => allowed.toLowerCase() === name)
  ) {
    throw new PictorError('FORBIDDEN', {
      expected: 'a Host header that names this machine, since no key is asked for',
      received: name.slice(0, 100) || 'none',
      fix: 'Start the server with `--allow-host` and this name, or with keys',
    });
  }
  const origin = headers.get('origin');
  if (origin === null) {
    const site = headers.get('sec-fetch-site');
    const elsewhere = site === 'cross-site' || site === 'same-site';
    // A link to the page is no harm; a picture or a script of a foreign page has no business here.
    if (elsewhere && cors !== '*' && headers.get('sec-fetch-mode') !== 'navigate')
      throw foreign('another site');
    return;
  }
  if (cors === '*' || cors?.includes(origin)) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host.toLowerCase()) throw foreign(origin);
}

/** Without its port, in lower case; the dot of a complete name is left out. */
function hostName(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '');
}

function isLoopbackName(name: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(name)
  );
}

function foreign(origin: string): PictorError {
  return new PictorError('FORBIDDEN', {
    expected: 'a request that is not made by a page of another origin, since no key is asked for',
    received: origin.slice(0, 100),
    fix: 'Name the origin in `cors`, or start the server with keys',
  });
}
