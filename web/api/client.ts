/**
 * Requests to the server that the page came from, with the key, and with failures that say what they are.
 *
 * @module
 */
import { session } from '../base/session.ts';
import { Failure, type PageCode } from './failure.ts';

/** How often a request that came at a bad time is sent again. */
const MOST_RETRIES = 4;
const MOST_WAIT_MS = 5000;

/** Headers that let us in. */
export function keyHeaders(): Record<string, string> {
  const { key } = session.get();
  return key === '' ? {} : { 'X-Api-Key': key };
}

/**
 * Sends a request; one that is answered with `Retry-After` is sent again after that time.
 *
 * @param path of the server
 * @throws Failure
 */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const response = await answered(path, init);
    if (response.ok) {
      if (session.get().keyProblem !== 'none') session.set({ keyProblem: 'none' });
      return response;
    }
    const wait = Number(response.headers.get('retry-after')) * 1000;
    const retried = response.status === 503 || response.status === 429;
    if (retried && attempt < MOST_RETRIES && wait > 0 && wait <= MOST_WAIT_MS) {
      await pause(wait, init.signal);
      continue;
    }
    throw await failureIn(response);
  }
}

/** The JSON of an answer. */
export async function sendJson<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const response = await send(path, init);
  return (await response.json()) as Answer;
}

async function answered(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, {
      ...init,
      headers: { ...keyHeaders(), ...(init.headers as Record<string, string>) },
    });
  } catch (thrown) {
    if (init.signal?.aborted) throw thrown;
    const code: PageCode = 'offline';
    throw new Failure(code);
  }
}

/** What an answer that is an error says, and what it says of the key. */
export async function failureIn(response: Response): Promise<Failure> {
  const { status } = response;
  let said: { code?: string; message?: string; requestId?: string } = {};
  try {
    ({ error: said = {} } = (await response.json()) as { error?: typeof said });
  } catch {
    // A proxy's page, or half an answer.
  }
  if (said.code === undefined) return new Failure('unexpected-answer', `HTTP ${status}`, { status });
  if (said.code === 'UNAUTHENTICATED') {
    session.set({ keyProblem: session.get().key === '' ? 'needed' : 'wrong' });
  }
  if (said.code === 'FORBIDDEN' && session.get().key !== '') session.set({ keyProblem: 'scope' });
  return new Failure(said.code, said.message, { status, requestId: said.requestId });
}

export function pause(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
