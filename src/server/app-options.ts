import type { Engine, EngineOptions } from '../engine/types.ts';
import type { FetchOptions } from '../image/sources/fetch/guarded-fetch.ts';
import type { ModelStore } from '../models/types.ts';
import type { CorsOptions } from './http/cors.ts';
import type { JobKind, JobLimitsInput } from './jobs/types.ts';
import type { KeyInput } from './keys/key-file.ts';
import type { ServerLimitsInput } from './limits.ts';
import type { ModelLoader } from './models/types.ts';
import type { Logger } from './observe/logger.ts';
import type { Protocol } from './protocols/types.ts';
import type { StreamsInput } from './streams/types.ts';

/** Where keys come from. Any of them switches authentication on. */
export interface KeysInput {
  /** JSON or YAML file; read again when it changes. */
  readonly file?: string | undefined;
  /** Text as in `PICTOR_KEYS`. */
  readonly variable?: string | undefined;
  readonly keys?: readonly KeyInput[] | undefined;
}

/** Where long work is kept, and within which bounds. */
export interface JobsInput {
  /** Folder of jobs and their files; made when the first job comes. One server at a time may use it. */
  readonly folder: string;
  readonly limits?: JobLimitsInput | undefined;
  /** Folders whose subfolders may be trained on by name; without any, pictures are uploaded. */
  readonly trainFolders?: readonly string[] | undefined;
  /** Folders of videos by the name of a bucket, for clients of other services; without any, videos are uploaded. */
  readonly videoFolders?: Readonly<Record<string, string>> | undefined;
  /** Kinds of your own, in addition to those that Pictor has; `app.jobs` starts them. */
  readonly kinds?: readonly JobKind[] | undefined;
}

/** Options of the HTTP application. Every one may be left out. */
export interface AppOptions {
  /** Short ids or paths; the first that does a task is its default. Without any: the default model. */
  readonly models?: readonly string[] | undefined;
  /** An engine, which stays open when the application is closed, or how the application's own one is made. */
  readonly engine?: Engine | EngineOptions | undefined;
  /** Where models are looked up (default: the user's store). */
  readonly store?: Pick<ModelStore, 'list' | 'resolve' | 'pull'> | undefined;
  /** Stands in for engine and store. */
  readonly loader?: ModelLoader | undefined;
  /** Whether a model that is not here may be downloaded while the application starts (default true). */
  readonly pull?: boolean | undefined;
  /** Whether a request waits for models that are loading (functions) or is answered with 503 (default false). */
  readonly waitForModels?: boolean | undefined;
  readonly limits?: ServerLimitsInput | undefined;
  readonly keys?: KeysInput | undefined;
  /** `on` asks for keys on every route that is not public (default: `on` where keys are configured). */
  readonly auth?: 'on' | 'off' | undefined;
  /** Whether pictures may be fetched by URL, and within which bounds (default false). */
  readonly urls?: boolean | FetchOptions | undefined;
  /**
   * Refuses requests for other hosts, and by pages of other origins than `cors` names: for an application without keys that
   * only this machine can reach. Host names besides those of loopback, without ports (default: any host will do).
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Leading part of every path that is not the service's own, e.g. `/vision` where a custom domain or a reverse proxy maps
   * `/vision/image` to it (default: none). Requests without it are answered, too.
   */
  readonly basePath?: string | undefined;
  /** Which web pages of other origins may call (default: none). */
  readonly cors?: CorsOptions | undefined;
  /** Other services' wire formats, by name or as objects (default: all that Pictor has). */
  readonly protocols?: readonly (string | Protocol)[] | undefined;
  /** Long work over HTTP (default: none, and its routes answer 501). */
  readonly jobs?: JobsInput | undefined;
  /** Cameras by name, looked at from `start` on. */
  readonly streams?: StreamsInput | undefined;
  readonly logger?: Logger | undefined;
  /** Milliseconds since 1970 (default `Date.now`). */
  readonly clock?: (() => number) | undefined;
}
