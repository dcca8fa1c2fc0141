/**
 * The S3 protocol, as far as a batch needs it, over any server that speaks it.
 *
 * @module
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { joinSignals } from '../../base/join-signals.ts';
import { PictorError } from '../../errors.ts';
import { type S3Environment, s3Credentials } from './s3-credentials.ts';
import { parseListing, type S3Object } from './s3-listing.ts';

/** Attempts for an answer that may be better another time. */
const ATTEMPTS = 5;
const BACKOFF_MS = 200;
/** Milliseconds for one attempt of a request without a large body. */
const TIMEOUT_MS = 30_000;

/** Milliseconds before their end at which keys of a role are asked for again. */
const RENEW_MS = 5 * 60_000;

interface Connection {
  readonly aws: AwsClient;
  readonly region: string;
}

/** Buckets and keys behind one endpoint. */
export interface S3Client {
  get(bucket: string, key: string, options?: S3GetOptions): Promise<Buffer | undefined>;
  put(bucket: string, key: string, content: Uint8Array): Promise<void>;
  putFile(bucket: string, key: string, path: string): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  /** Objects below a prefix, page by page, in the order of their keys. */
  list(bucket: string, prefix: string): AsyncGenerator<S3Object>;
}

export interface S3GetOptions {
  /** Bytes from `start` up to, not including, `end`. */
  readonly range?: { readonly start: number; readonly end: number };
  /** Bytes at most; more is an error. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Opens a client. Nothing is sent before it is needed.
 *
 * @param env `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_PROFILE` and the shared files,
 *   `AWS_REGION`, `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL` (then with the bucket in the path)
 */
export function openS3(env: S3Environment = process.env): S3Client {
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined;
  let client: Promise<Connection> | undefined;
  let expiresMs = Number.POSITIVE_INFINITY;
  const connect = () => {
    if (Date.now() > expiresMs - RENEW_MS) client = undefined;
    client ??= s3Credentials(env).then(({ region, expiresMs: until, ...keys }) => {
      expiresMs = until ?? Number.POSITIVE_INFINITY;
      return { region, aws: new AwsClient({ ...keys, region, service: 's3', retries: 0 }) };
    });
    // Keys that could not be had are asked for again.
    client.catch(() => {
      client = undefined;
    });
    return client;
  };

  function addressOf(bucket: string, key: string, region: string): URL {
    const path = key.split('/').map(encodeURIComponent).join('/');
    if (endpoint !== undefined) return new URL(`${endpoint.replace(/\/+$/, '')}/${bucket}/${path}`);
    // A name with dots fits no wildcard certificate.
    return bucket.includes('.')
      ? new URL(`https://s3.${region}.amazonaws.com/${bucket}/${path}`)
      : new URL(`https://${bucket}.s3.${region}.amazonaws.com/${path}`);
  }

  /** Sends until there is an answer that will not be better another time. */
  async function ask<Result>(request: Asked, read: (response: Response) => Promise<Result>): Promise<Result> {
    const { aws, region } = await connect();
    const { bucket, key, method = 'GET', query = {}, headers = {}, body, signal } = request;
    const url = addressOf(bucket, key, region);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const where = `s3://${bucket}/${key}`;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const over = joinSignals(signal, AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS));
      let failure: { readonly why: string; readonly cause?: unknown };
      try {
        const content = body?.();
        const response = await aws.fetch(url, {
          method,
          headers,
          ...(content !== undefined && { body: content, duplex: 'half' }),
          signal: over.signal,
        });
        if (response.ok || response.status === 404) return await read(response);
        const text = (await response.text()).slice(0, 2_000);
        const code = /<Code>([^<]{1,100})<\/Code>/.exec(text)?.[1] ?? '';
        failure = { why: `${response.status} ${code}`.trim() };
        if (response.status < 500 && response.status !== 429 && response.status !== 408)
          throw refused(where, failure.why);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof PictorError) throw error;
        failure = {
          why: error instanceof Error ? (causeOf(error) ?? error.message) : String(error),
          cause: error,
        };
      } finally {
        over.release();
      }
      if (attempt === ATTEMPTS) {
        throw new PictorError('BATCH_STORAGE_FAILED', {
          expected: `an answer from ${url.host} for ${where}`,
          received: `${failure.why}, ${ATTEMPTS} times`,
          fix: 'Check AWS_ENDPOINT_URL_S3, AWS_REGION and the network; the same command goes on where this one ended',
          cause: failure.cause,
        });
      }
      await sleep(Math.random() * BACKOFF_MS * 2 ** attempt, undefined, signal ? { signal } : {});
    }
  }

  return {
    get: (bucket, key, { range, maxBytes, signal } = {}) =>
      ask(
        {
          bucket,
          key,
          ...(range && { headers: { range: `bytes=${range.start}-${range.end - 1}` } }),
          ...(signal && { signal }),
        },
        async (response) => {
          if (response.status === 404) {
            await requireBucket(response, bucket);
            return undefined;
          }
          return readBounded(response, `s3://${bucket}/${key}`, maxBytes);
        },
      ),
    put: (bucket, key, content) =>
      ask({ bucket, key, method: 'PUT', body: () => Buffer.from(content) }, (response) =>
        stored(response, bucket),
      ),
    async putFile(bucket, key, path) {
      const { size } = await stat(path);
      const headers = { 'content-length': String(size), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
      const body = () => Readable.toWeb(createReadStream(path)) as ReadableStream;
      const timeoutMs = TIMEOUT_MS + Math.ceil(size / 500);
      await ask({ bucket, key, method: 'PUT', headers, body, timeoutMs }, (response) =>
        stored(response, bucket),
      );
    },
    remove: (bucket, key) =>
      ask({ bucket, key, method: 'DELETE' }, async (response) => {
        await response.body?.cancel();
      }),
    async *list(bucket, prefix) {
      let token: string | undefined;
      do {
        const query: Record<string, string> = { 'list-type': '2', prefix, 'max-keys': '1000' };
        if (token !== undefined) query['continuation-token'] = token;
        const page = await ask({ bucket, key: '', query }, async (response) => {
          if (response.status === 404) await requireBucket(response, bucket, true);
          return parseListing(await response.text());
        });
        yield* page.objects;
        token = page.next;
      } while (token !== undefined);
    },
  };
}

interface Asked {
  readonly bucket: string;
  readonly key: string;
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the body for each attempt. */
  readonly body?: () => RequestInit['body'];
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

async function stored(response: Response, bucket: string): Promise<void> {
  if (response.status === 404) await requireBucket(response, bucket, true);
  await response.body?.cancel();
}

async function requireBucket(response: Response, bucket: string, always = false): Promise<void> {
  const text = (await response.text()).slice(0, 2_000);
  if (!always && !text.includes('NoSuchBucket')) return;
  throw new PictorError('BATCH_STORAGE_FAILED', {
    expected: `a bucket ${bucket}`,
    received: 'none of that name at this endpoint',
    fix: 'Check the name, AWS_REGION and AWS_ENDPOINT_URL_S3',
  });
}

function refused(where: string, received: string): PictorError {
  return new PictorError('BATCH_STORAGE_FAILED', {
    expected: `access to ${where}`,
    received,
    fix: 'Check the credentials and what they allow: s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject',
  });
}

async function readBounded(response: Response, where: string, maxBytes = 1 << 30): Promise<Buffer> {
  const announced = Number(response.headers.get('content-length') ?? Number.NaN);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new PictorError('IMAGE_TOO_LARGE', { expected: `at most ${maxBytes} bytes`, received: where });
    }
    chunks.push(chunk);
  }
  if (!Number.isNaN(announced) && bytes !== announced) throw new Error(`${bytes} of ${announced} bytes`);
  return Buffer.concat(chunks, bytes);
}

function causeOf({ cause }: Error): string | undefined {
  return cause instanceof Error ? cause.message : undefined;
}
