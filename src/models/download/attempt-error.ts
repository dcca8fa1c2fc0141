/**
 * What one attempt at one address can end with, other than success.
 *
 * @module
 */
import { errorCode } from '../store/store-failure.ts';

/**
 * `again`: the same address may work later. `whole`: it may if it is asked for all bytes instead of the rest. `next`: this
 * address will not do. `wrong`: its content is another file.
 */
export type Verdict = 'again' | 'whole' | 'next' | 'wrong';

interface AttemptFacts {
  /** Milliseconds that the server asked to wait. */
  readonly retryAfterMs?: number | undefined;
  /** An origin that need not be asked again: no connection, a password that it refused, a longer pause than there is time for. */
  readonly hopeless?: string | undefined;
  readonly cause?: unknown;
}

/** A failed attempt; never leaves the download folder. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  readonly verdict: Verdict;
  readonly retryAfterMs: number | undefined;
  readonly hopeless: string | undefined;

  constructor(verdict: Verdict, message: string, { retryAfterMs, hopeless, cause }: AttemptFacts = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.verdict = verdict;
    this.retryAfterMs = retryAfterMs;
    this.hopeless = hopeless;
  }
}

const NO_CONNECTION = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** A failed connection as an {@link AttemptError}: certificates do not mend themselves, most else may. */
export function networkFailure(where: string, origin: string, error: unknown): AttemptError {
  const code = errorCode(error) ?? '';
  const said = error instanceof Error ? error.message || code || error.name : String(error);
  const words = code && !said.includes(code) ? `${said} (${code})` : said;
  const untrusted = /CERT|TLS|SIGNATURE|SELF_SIGNED/.test(code);
  return new AttemptError(untrusted ? 'next' : 'again', `${where}: ${words}`, {
    hopeless: untrusted || NO_CONNECTION.has(code) ? origin : undefined,
    cause: error,
  });
}
