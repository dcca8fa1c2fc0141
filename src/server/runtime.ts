import type { Pixels } from '../engine/pixels.ts';
import type { Engine } from '../engine/types.ts';
import type { FetchOptions } from '../image/sources/fetch/guarded-fetch.ts';
import type { Admission } from './http/admission.ts';
import type { BodyMemory } from './http/body-memory.ts';
import type { JobManager } from './jobs/job-manager.ts';
import type { KeyLimits } from './keys/key-limits.ts';
import type { KeyStore } from './keys/key-store.ts';
import type { ServerLimits } from './limits.ts';
import type { Recognizers } from './models/types.ts';
import type { Logger } from './observe/logger.ts';
import type { Metrics } from './observe/metrics.ts';
import type { RecentLog } from './observe/recent-log.ts';
import type { Streams } from './streams/streams.ts';

/** What all requests of one application share. */
export interface Runtime {
  readonly limits: ServerLimits;
  readonly logger: Logger;
  readonly recentLog: RecentLog;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly auth: 'on' | 'off';
  readonly keys: KeyStore;
  readonly keyLimits: KeyLimits;
  readonly admission: Admission;
  readonly bodyMemory: BodyMemory;
  /** Knows whether more work can be done in time; unknown where a loader of the caller's stands in for it. */
  readonly engine: Pick<Engine, 'check'> | undefined;
  /** Work on whole pictures, away from this thread where there is an engine. */
  readonly pixels: Pixels;
  readonly metrics: Metrics;
  readonly recognizers: Recognizers;
  /** Long work; absent where no folder is given for it. */
  readonly jobs: JobManager | undefined;
  /** Named cameras; none where the configuration has none. */
  readonly streams: Streams;
  /** Folders whose subfolders may be trained on by name, absolute. */
  readonly trainFolders: readonly string[];
  /** Folders by the name that clients of other services call a bucket, absolute. */
  readonly videoFolders: ReadonlyMap<string, string>;
  /** Whether pictures may be fetched by URL, and within which bounds. */
  readonly urls: boolean | FetchOptions;
  /** Whether the application takes no more work. */
  readonly stopping: () => boolean;
}
