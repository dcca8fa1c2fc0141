import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { PictorError } from '../../../errors.ts';
import { isPublicAddress } from './public-address.ts';

/** One answer of the name service. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** What may be reached. */
export interface GuardOptions {
  /** Ports that may be used (default 80 and 443). */
  readonly ports?: readonly number[];
  /** Admits an address that is not public, e.g. a picture store in one's own network (default: none). */
  readonly allow?: (address: string, url: URL) => boolean;
  /** How names are resolved (default: as the system does it). */
  readonly resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
}

export const DEFAULT_PORTS: readonly number[] = [80, 443];

/**
 * Refuses an address by what can be seen without asking the network: scheme, credentials, port, a literal IP.
 *
 * @throws IMAGE_URL_FORBIDDEN
 */
export function checkUrl(url: URL, options: GuardOptions): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw forbidden('an http or https address', url.protocol);
  }
  if (url.username !== '' || url.password !== '') throw forbidden('an address without credentials');
  const ports = options.ports ?? DEFAULT_PORTS;
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  if (!ports.includes(port)) throw forbidden(`port ${ports.join(' or ')}`, `port ${port}`);
  // A literal never reaches the connection's lookup, so it is checked here.
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) checkAddress(literal, url, options);
}

/**
 * A lookup for one connection. Its answer is what the socket connects to, so what is checked is what is used: a name
 * that resolves differently the next time (DNS rebinding) gains nothing.
 */
export function guardedLookup(url: URL, options: GuardOptions): LookupFunction {
  const resolve = options.resolve ?? ((hostname) => lookup(hostname, { all: true, verbatim: true }));
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        try {
          // All of them: which one the socket picks is not ours to know.
          for (const { address } of addresses) checkAddress(address, url, options);
        } catch (error) {
          callback(error instanceof Error ? error : new Error(String(error)), '', 0);
          return;
        }
        const [first] = addresses;
        if (first === undefined) callback(new Error(`${hostname} has no address`), '', 0);
        else if (all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (cause: unknown) => callback(cause instanceof Error ? cause : new Error(String(cause)), '', 0),
    );
  };
}

function checkAddress(address: string, url: URL, options: GuardOptions): void {
  if (isPublicAddress(address) || options.allow?.(address, url)) return;
  // The address itself is not named: it would tell a stranger about the inner network.
  throw forbidden('a public address', `${url.hostname}, which is not`);
}

function forbidden(expected: string, received?: string): PictorError {
  return new PictorError('IMAGE_URL_FORBIDDEN', { expected, ...(received && { received }) });
}
