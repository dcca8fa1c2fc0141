/**
 * What a server can be told, wherever it is written: file, environment or flags.
 *
 * @module
 */
import * as z from 'zod';

const positive = z.int().positive();
const milliseconds = z.number().positive();

const limits = z.strictObject({
  maxBodyBytes: positive.exactOptional(),
  bodyTimeoutMs: milliseconds.exactOptional(),
  maxBufferedBytes: positive.exactOptional(),
  maxInFlight: positive.exactOptional(),
  deadlineMs: milliseconds.exactOptional(),
  retryAfterSeconds: milliseconds.exactOptional(),
  image: z
    .strictObject({
      maxBytes: positive.exactOptional(),
      maxPixels: positive.exactOptional(),
      minSide: positive.exactOptional(),
      timeoutMs: milliseconds.exactOptional(),
    })
    .exactOptional(),
});

/** Ranges are the engine's own to check. */
const engine = z.strictObject({
  backend: z.enum(['auto', 'native', 'wasm']).exactOptional(),
  preprocessing: z.enum(['fast', 'exact']).exactOptional(),
  workers: positive.exactOptional(),
  intraOpThreads: positive.exactOptional(),
  deterministic: z.boolean().exactOptional(),
  optimisedGraphs: z.union([z.string().min(1), z.literal(false)]).exactOptional(),
  singleFlight: z.boolean().exactOptional(),
  queue: z
    .strictObject({
      maxPictures: positive.exactOptional(),
      maxPixels: positive.exactOptional(),
      maxBytes: positive.exactOptional(),
    })
    .exactOptional(),
  cache: z
    .strictObject({ maxEntries: z.int().nonnegative().exactOptional(), maxBytes: positive.exactOptional() })
    .exactOptional(),
});

const jobs = z.strictObject({
  /** Default: a folder under PICTOR_HOME that the port names; on port 0 there are no jobs without it. */
  folder: z.string().min(1).exactOptional(),
  /** Folders whose subfolders may be trained on by name. */
  trainFolders: z.array(z.string().min(1)).exactOptional(),
  /** Folders of videos by the name of a bucket: `s3://` and `gs://` of other services' clients. */
  videoFolders: z.record(z.string().min(1), z.string().min(1)).exactOptional(),
  limits: z
    .strictObject({
      running: positive.exactOptional(),
      queued: positive.exactOptional(),
      kept: positive.exactOptional(),
      keepMs: milliseconds.exactOptional(),
      bytes: positive.exactOptional(),
      uploadBytes: positive.exactOptional(),
      uploadMs: milliseconds.exactOptional(),
      watchers: positive.exactOptional(),
    })
    .exactOptional(),
});

const point = z.tuple([z.number(), z.number()]);

/** Lines and zones are checked where they are used. */
const stream = z.strictObject({
  url: z.string().min(1),
  model: z.string().min(1).exactOptional(),
  fps: z.number().positive().max(120).exactOptional(),
  minScore: z.number().min(0).max(1).exactOptional(),
  longestSide: positive.exactOptional(),
  lines: z
    .array(z.strictObject({ name: z.string().exactOptional(), from: point, to: point }))
    .exactOptional(),
  zones: z
    .array(z.strictObject({ name: z.string().exactOptional(), points: z.array(point).min(3) }))
    .exactOptional(),
});

export const configurationSchema = z.strictObject({
  /** Address to listen on; `0.0.0.0` and `::` mean every network. */
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  port: z.int().min(0).max(65_535).default(8080),
  /** Short ids or paths; the first that does a task is its default. */
  models: z.array(z.string().min(1)).default([]),
  /** Whether models that are not here are downloaded at the start. */
  pull: z.boolean().default(true),
  /** `auto`: on where keys are configured, else off and only for this machine. */
  auth: z.enum(['auto', 'on', 'off']).default('auto'),
  keysFile: z.string().min(1).optional(),
  /** Whether pictures may be fetched by URL. */
  urls: z.boolean().default(false),
  /** Host names that a server without keys on this machine answers to, besides those of loopback. */
  allowHosts: z.array(z.string().min(1)).default([]),
  /** Leading part of every path, where a custom domain or a proxy maps e.g. `/vision/image` to the service. */
  basePath: z.string().min(1).optional(),
  cors: z.union([z.literal('*'), z.array(z.string().min(1))]).optional(),
  protocols: z.array(z.string().min(1)).optional(),
  limits: limits.default({}),
  engine: engine.default({}),
  /** Long work over HTTP: training, video. `false` keeps none. */
  jobs: z.union([z.literal(false), jobs]).default({}),
  /** Live cameras by name. */
  streams: z.record(z.string(), stream).default({}),
  /** Connections at the same time. */
  maxConnections: positive.default(1024),
  /** How long requests in progress may take when the server stops. */
  graceMs: milliseconds.default(25_000),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
      /** `auto`: text at a terminal, JSON elsewhere. */
      format: z.enum(['auto', 'json', 'text']).default('auto'),
    })
    .prefault({}),
  /** For `pictor deploy`, which checks it; a server has no use for it. */
  deploy: z.record(z.string(), z.json()).exactOptional(),
});

/** Configuration with every default filled in. */
export type Configuration = Readonly<z.output<typeof configurationSchema>>;
/** Configuration as written. */
export type ConfigurationInput = z.input<typeof configurationSchema>;
