/**
 * A complete server: configuration, models, application, address.
 *
 * @module
 */
import { join, resolve } from 'node:path';
import { PictorError } from '../errors.ts';
import { storeFolder } from '../models/locations.ts';
import { type App, createApp } from './app.ts';
import type { AppOptions } from './app-options.ts';
import { type ConfigurationInput, loadConfiguration } from './configuration/index.ts';
import type { Configuration } from './configuration/schema.ts';
import { type Listener, listen } from './http/listen.ts';
import { DEFAULT_JOB_LIMITS, type JobKind } from './jobs/types.ts';
import { DEFAULT_SERVER_LIMITS } from './limits.ts';

/** Headroom above the body limit, for the headers and the answer that says so. */
const REQUEST_SLACK_MS = 15_000;

export interface ServeOptions extends ConfigurationInput {
  /** What is no configuration but an object: store, engine, loader, logger, protocols of your own. */
  readonly app?: Pick<
    AppOptions,
    'store' | 'engine' | 'loader' | 'logger' | 'keys' | 'protocols' | 'clock' | 'jobs'
  > & {
    /** Kinds of jobs besides those that Pictor has. */
    readonly jobKinds?: readonly JobKind[];
  };
}

export interface RunningServer {
  /** e.g. `http://127.0.0.1:8080` */
  readonly url: string;
  readonly port: number;
  readonly app: App;
  /** Resolves when every model is ready; rejects with the first that failed, after all were tried. */
  readonly ready: Promise<void>;
  /** Takes no more requests, finishes what was accepted, gives everything back. */
  close(): Promise<void>;
}

/**
 * Starts a server. It listens at once and answers `/readyz` with 503 until its models are ready.
 *
 * @param options as in `pictor.config.json`; nothing is read from the environment or from files
 * @throws CONFIG_INVALID, also when keys are missing beyond this machine
 * @example
 * const server = await serve({ port: 0, models: ['squeezenet'] });
 * await server.ready;
 * await fetch(`${server.url}/image`, { method: 'POST', body: jpeg });
 * await server.close();
 */
export async function serve({ app = {}, ...input }: ServeOptions = {}): Promise<RunningServer> {
  return serveConfiguration(await loadConfiguration({ flags: input }), app);
}

/**
 * Starts a server from a configuration that was loaded.
 *
 * @param configuration from `loadConfiguration`
 * @param extra what is no configuration but an object
 * @throws CONFIG_INVALID
 */
export async function serveConfiguration(
  configuration: Configuration,
  extra: NonNullable<ServeOptions['app']> = {},
): Promise<RunningServer> {
  const { host, port, graceMs, limits, maxConnections } = configuration;
  const keys = { file: configuration.keysFile, ...extra.keys };
  const auth = authFor(
    configuration,
    Object.values(keys).some((source) => source !== undefined),
  );
  const app = createApp({
    models: configuration.models,
    engine: configuration.engine,
    pull: configuration.pull,
    limits,
    auth,
    urls: configuration.urls,
    cors: configuration.cors,
    basePath: configuration.basePath,
    allowedHosts: allowedHostsFor(configuration, auth),
    protocols: configuration.protocols,
    jobs: jobsOf(configuration, extra.jobKinds),
    streams: configuration.streams,
    ...extra,
    keys,
  });
  let listener: Listener;
  try {
    listener = await listen(app, {
      host,
      port,
      maxConnections,
      logger: extra.logger,
      requestTimeoutMs: requestTimeoutOf(configuration),
    });
  } catch (error) {
    await app.close({ graceMs: 0 });
    throw error;
  }
  const ready = app.start();
  // Whoever awaits `ready` still hears of it; nobody has to.
  ready.catch(() => {});
  let closing: Promise<void> | undefined;
  return {
    url: listener.url,
    port: listener.port,
    app,
    ready,
    close() {
      closing ??= shutDown(app, listener, graceMs);
      return closing;
    },
  };
}

/** Uploads for jobs may take longer than the body of a picture, whose own time limit stays. */
function requestTimeoutOf({ limits, jobs }: Configuration): number {
  const upload = jobs === false ? 0 : (jobs.limits?.uploadMs ?? DEFAULT_JOB_LIMITS.uploadMs);
  const body = limits.bodyTimeoutMs ?? DEFAULT_SERVER_LIMITS.bodyTimeoutMs;
  return Math.max(body, upload) + REQUEST_SLACK_MS;
}

/** Each server on a machine has a folder of its own, which its port names. */
function jobsOf({ jobs, port }: Configuration, kinds: readonly JobKind[] | undefined): AppOptions['jobs'] {
  if (jobs === false) return undefined;
  const { limits, trainFolders, videoFolders } = jobs;
  const given = { limits, trainFolders, videoFolders, kinds };
  if (jobs.folder !== undefined) return { folder: resolve(jobs.folder), ...given };
  return port === 0 ? undefined : { folder: join(storeFolder(process.env), 'jobs', String(port)), ...given };
}

async function shutDown(app: App, listener: Listener, graceMs: number): Promise<void> {
  const stopped = listener.stop();
  await app.close({ graceMs });
  // What the application answered may still be on its way to slow readers; idle connections are only waited for briefly.
  const timer = setTimeout(() => listener.destroy(), Math.min(graceMs, 1000));
  await stopped;
  clearTimeout(timer);
}

/** Open to the network without keys is a decision that somebody has to write down. */
function authFor({ auth, host }: Configuration, configured: boolean): 'on' | 'off' {
  if (auth === 'on' && !configured) {
    throw new PictorError('CONFIG_INVALID', {
      expected: 'keys, because `auth` is on',
      received: 'none',
      fix: 'Set PICTOR_KEYS or `keysFile`; `pictor keys create` makes a key',
    });
  }
  if (auth !== 'auto') return auth;
  if (configured) return 'on';
  if (isLoopback(host)) return 'off';
  throw new PictorError('CONFIG_INVALID', {
    expected: `keys for a server that others can reach at ${host}`,
    received: 'none',
    fix: 'Set PICTOR_KEYS or `keysFile` (`pictor keys create` makes a key), or set `auth` to `off` if everyone may use it',
  });
}

/** A server that anybody on this machine may use must not be used by every web page that somebody looks at there. */
function allowedHostsFor(
  { host, allowHosts }: Configuration,
  auth: 'on' | 'off',
): readonly string[] | undefined {
  if (allowHosts.length > 0) return allowHosts;
  return auth === 'off' && isLoopback(host) ? [] : undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
