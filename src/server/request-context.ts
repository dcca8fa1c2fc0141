import { isPictorError, PictorError } from '../errors.ts';
import { readSource } from '../image/sources/read-source.ts';
import type { Release } from './http/admission.ts';
import { readBody } from './http/body.ts';
import { encodingOf, inflateBody } from './http/inflate.ts';
import { requestIdOf } from './http/request-id.ts';
import type { RequestInfo } from './http/request-info.ts';
import { openJobs } from './jobs/open-jobs.ts';
import { fetchFile, receiveFile } from './jobs/receive-file.ts';
import type { Key } from './keys/types.ts';
import { videoAnnotations } from './protocols/shared/video-annotations.ts';
import type { ProtocolContext } from './protocols/types.ts';
import type { Runtime } from './runtime.ts';

/** A request in progress: what native routes and protocols work with, and its end. */
export interface RequestContext extends ProtocolContext {
  /** The key that claimed the request. */
  readonly key: Key | undefined;
  readonly operation: string;
  readonly bodyBytes: number;
  /** Milliseconds since the request came. */
  elapsed(): number;
  /** Bounds the body further, e.g. to a vendor's limit. */
  limitBody(maxBytes: number): void;
  /** Lends the body's memory to other requests: the answer is made, and nobody looks at the body any more. */
  recycleBody(): void;
  /**
   * Writes the body to a file instead of reading it into memory. The request's deadline moves with it.
   *
   * @returns bytes written
   * @throws BODY_TOO_LARGE, BODY_INVALID, JOB_STORAGE_FULL, REQUEST_TIMEOUT, REQUEST_ABORTED, FILE_WRITE_FAILED
   */
  receive(path: string, options: ReceiveFile): Promise<number>;
  /**
   * Fetches a file from an address, where the server permits addresses. The request's deadline moves with it.
   *
   * @returns bytes written
   * @throws IMAGE_URL_DISABLED, IMAGE_URL_FORBIDDEN, IMAGE_URL_FAILED, and what `receive` throws
   */
  fetchFile(address: string, path: string, options: ReceiveFile): Promise<number>;
  /**
   * Waits for work no longer than the deadline and the client allow. What cannot be stopped goes on, and keeps its place
   * and its memory until it ends.
   *
   * @throws DEADLINE_EXCEEDED, REQUEST_ABORTED, SERVER_STOPPING
   */
  settle<Result>(work: Promise<Result>): Promise<Result>;
  /** Ends the request's work by force. */
  cancel(reason: PictorError): void;
  /** Gives back everything that the request holds. */
  close(): void;
}

/** How a body becomes a file. */
export interface ReceiveFile {
  /** Bytes. */
  readonly maxBytes: number;
  /** Time for the whole body to arrive, milliseconds. */
  readonly timeoutMs: number;
  /** Counts bytes before they are written. */
  readonly reserve: (bytes: number) => void;
}

/**
 * Opens the context of a request.
 *
 * @param runtime what the application shares
 * @param request its body is read only through `body()`
 * @param info what is known of it: whose work it is until a key says more, and its body as Node.js has it
 */
export function openRequest(runtime: Runtime, request: Request, info: RequestInfo = {}): RequestContext {
  const { client = 'anonymous', incoming } = info;
  const { limits } = runtime;
  const startedAt = performance.now();
  const requestId = requestIdOf(request.headers);
  const releases = new Set<Release>();
  const deadline = startDeadline(request.signal, limits.deadlineMs);
  let maxBodyBytes = limits.maxBodyBytes;
  let admitted = false;
  let body: Promise<Uint8Array> | undefined;
  let bodyBytes = 0;
  let memory: Uint8Array | undefined;
  let key: Key | undefined;
  let operation = 'unmatched';
  const leftMs = () => Math.max(1, limits.deadlineMs - (performance.now() - startedAt));
  const owner = () => key?.id ?? client;

  let heldBytes = 0;
  const hold = (bytes: number): Release => {
    const release = runtime.admission.hold(bytes, heldBytes);
    heldBytes += bytes;
    const giveBack = () => {
      if (!releases.delete(giveBack)) return;
      heldBytes -= bytes;
      release();
    };
    releases.add(giveBack);
    return giveBack;
  };

  // A place is taken when the body is here, so that clients that send slowly do not use up the places of the others.
  const admit = () => {
    if (admitted) return;
    releases.add(runtime.admission.enter());
    admitted = true;
  };

  let unsettled = 0;
  let closed = false;
  const giveBack = () => {
    deadline.dispose();
    for (const release of releases) release();
    releases.clear();
  };

  return {
    requestId,
    signal: deadline.signal,
    get call() {
      return {
        signal: deadline.signal,
        deadlineMs: leftMs(),
        client: owner(),
        limits: limits.image,
      };
    },
    logger: runtime.logger,
    limits,
    clock: runtime.clock,
    auth: runtime.auth,
    keys: runtime.keys,
    recognizers: runtime.recognizers,
    pixels: runtime.pixels,
    authorize(claimant, scope = 'infer') {
      key = claimant;
      if (scope !== 'any' && !claimant.scopes.includes(scope)) {
        throw new PictorError('FORBIDDEN', {
          expected: `a key with the scope \`${scope}\``,
          received: `a key with ${claimant.scopes.join(', ')}`,
        });
      }
      releases.add(runtime.keyLimits.take(claimant));
    },
    body() {
      body ??= (async () => {
        runtime.admission.check();
        // A picture that would be refused need not be sent first.
        runtime.engine?.check({ client: owner(), deadlineMs: leftMs() });
        const encoding = encodingOf(request.headers);
        const sent = await readBody(request, {
          maxBytes: maxBodyBytes,
          timeoutMs: limits.bodyTimeoutMs,
          signal: deadline.signal,
          // What is not the picture itself is parsed: its text lies in memory a second time.
          hold: (chunk) => hold(isPictureType(request.headers) ? chunk : 2 * chunk),
          incoming,
          memory: runtime.bodyMemory,
        });
        bodyBytes = sent.byteLength;
        memory = sent;
        if (encoding !== undefined) {
          memory = await inflateBody(sent, encoding, {
            maxBytes: maxBodyBytes,
            signal: deadline.signal,
            hold: (chunk) => hold(2 * chunk),
            memory: runtime.bodyMemory,
          });
          runtime.bodyMemory.recycle(sent);
        }
        admit();
        return memory;
      })();
      return body;
    },
    admit,
    hold,
    async receive(path, { maxBytes, timeoutMs, reserve }) {
      if (encodingOf(request.headers) !== undefined) {
        throw new PictorError('CONTENT_ENCODING_UNSUPPORTED', { expected: 'a file as it is' });
      }
      deadline.extend(timeoutMs);
      bodyBytes = await receiveFile(request, path, { maxBytes, reserve, incoming, signal: deadline.signal });
      return bodyBytes;
    },
    async fetchFile(address, path, { maxBytes, timeoutMs, reserve }) {
      if (runtime.urls === false) throw urlsDisabled('the video');
      const bounds = runtime.urls === true ? {} : runtime.urls;
      const urls = { ...bounds, timeoutMs: bounds.timeoutMs ?? timeoutMs };
      // A little later than the fetch: its own error says more.
      deadline.extend(urls.timeoutMs + 1000);
      return fetchFile(httpUrl(address).href, path, { maxBytes, reserve, urls, signal: deadline.signal });
    },
    async fetchPicture(address) {
      if (runtime.urls === false) throw urlsDisabled('the picture');
      const url = httpUrl(address);
      const held: Release[] = [];
      const release = () => {
        for (const one of held.splice(0)) one();
      };
      const bounds = { limits: limits.image, signal: deadline.signal, urls: runtime.urls };
      try {
        const bytes = await readSource(url, { ...bounds, hold: (chunk) => held.push(hold(chunk)) });
        return { bytes, release };
      } catch (thrown) {
        release();
        throw thrown;
      }
    },
    async videos() {
      const jobs = await openJobs(runtime);
      return videoAnnotations({ jobs, folders: runtime.videoFolders, key, auth: runtime.auth });
    },
    setOperation(name) {
      operation = name;
    },
    observe: ({ timings }) => runtime.metrics.stages(timings),
    get key() {
      return key;
    },
    get operation() {
      return operation;
    },
    get bodyBytes() {
      return bodyBytes;
    },
    elapsed: () => performance.now() - startedAt,
    limitBody(maxBytes) {
      maxBodyBytes = Math.min(maxBodyBytes, maxBytes);
    },
    recycleBody() {
      if (memory !== undefined) runtime.bodyMemory.recycle(memory);
      memory = undefined;
    },
    cancel: (reason) => deadline.cancel(reason),
    async settle(work) {
      unsettled++;
      work
        .catch(() => {})
        .finally(() => {
          unsettled--;
          if (closed && unsettled === 0) giveBack();
        });
      return untilAborted(work, deadline.signal);
    },
    close() {
      closed = true;
      if (unsettled === 0) giveBack();
    },
  };
}

/** Bodies that are the picture, or hold it as it is. */
function isPictureType(headers: Headers): boolean {
  const type = headers.get('content-type')?.trimStart().toLowerCase() ?? '';
  return /^(?:image\/|multipart\/|(?:application|binary)\/octet-stream)/.test(type);
}

async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stopWaiting = () => {};
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    stopWaiting = () => signal.removeEventListener('abort', onAbort);
  });
  aborted.catch(() => {});
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stopWaiting();
  }
}

function urlsDisabled(what: string): PictorError {
  return new PictorError('IMAGE_URL_DISABLED', {
    fix: `Send ${what} itself, or have the server started with \`urls\``,
  });
}

/** The string may be anything a client sent: only what parses as http(s) may go on, never a path. */
function httpUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new PictorError('IMAGE_URL_FORBIDDEN', { expected: 'an http or https address' });
  }
  return url;
}

/** One signal of its own for each request, with the deadline in it. */
function startDeadline(
  source: AbortSignal,
  ms: number,
): {
  signal: AbortSignal;
  extend: (ms: number) => void;
  cancel: (reason: PictorError) => void;
  dispose: () => void;
} {
  const controller = new AbortController();
  let timer = setTimeout(
    () => controller.abort(new PictorError('DEADLINE_EXCEEDED', { expected: `an answer within ${ms} ms` })),
    ms,
  );
  // A function's adapter says why it gives up: the platform's deadline.
  const onAbort = () => {
    const { reason } = source;
    controller.abort(isPictorError(reason) ? reason : new PictorError('REQUEST_ABORTED', { cause: reason }));
  };
  if (source.aborted) onAbort();
  else source.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    extend: (longer) => {
      clearTimeout(timer);
      timer = setTimeout(
        () =>
          controller.abort(
            new PictorError('REQUEST_TIMEOUT', { expected: `the whole body within ${longer} ms` }),
          ),
        longer,
      );
    },
    cancel: (reason) => controller.abort(reason),
    dispose: () => {
      clearTimeout(timer);
      source.removeEventListener('abort', onAbort);
    },
  };
}
