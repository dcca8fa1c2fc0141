/**
 * BullMQ over Redis (or Valkey) and over PostgreSQL, behind what the executor needs of it.
 *
 * @module
 * @see https://docs.bullmq.io
 */
import { PictorError, withoutCredentials } from '../../../errors.ts';
import { peer } from '../../peer.ts';
import { PREFIX, queueName } from './queue-name.ts';
import { requireSafeRedis } from './redis-check.ts';
import { unreachable } from './unreachable.ts';

/** A job: one chunk of a run. */
export interface ChunkJob {
  readonly chunk: number;
}

/** The queue of a run. */
export interface ChunkQueue {
  /** Adds chunks; those that are in the queue already are left as they are. */
  add(chunks: readonly number[]): Promise<void>;
  /** Jobs that wait or are being worked on. */
  pending(): Promise<number>;
  counts(): Promise<{ readonly waiting: number; readonly active: number }>;
  /** BullMQ's own, for its dashboard. */
  readonly bull: object;
  close(): Promise<void>;
}

/** Takes jobs until it is closed. */
export interface ChunkWorker {
  /** Takes no more jobs, and waits for those in progress. */
  close(): Promise<void>;
}

export interface WorkerHooks {
  readonly atOnce: number;
  readonly run: (chunk: number) => Promise<void>;
  /** Hears of a queue that is not there for the moment; the client tries again by itself. */
  readonly onError: (error: Error) => void;
}

/** A way to reach one queue. */
export interface QueueBackend {
  openQueue(): Promise<ChunkQueue>;
  openWorker(hooks: WorkerHooks): Promise<ChunkWorker>;
}

/** A dead worker's chunk is taken up after at most lock + 2 × interval, in milliseconds. */
const WORKER_TIMES = { lockDuration: 12_000, stalledInterval: 5_000 };

/**
 * Jobs vanish when they end, well or not: shards say what is done, and what has no shard is added again. Said to the
 * workers, because each job would carry it otherwise.
 */
const FORGET = { removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } };

/** Jobs that are added in one call. */
const BULK = 1_000;

/**
 * Finds the backend for an address.
 *
 * @param address `redis://`, `rediss://`, `postgres://` or `postgresql://`
 * @param run id of the plan, which names the queue
 * @throws BATCH_QUEUE_FAILED when a package is missing, the server cannot be reached, or would lose jobs
 */
export async function queueBackend(address: string, run: string): Promise<QueueBackend> {
  const protocol = URL.canParse(address) ? new URL(address).protocol : '';
  if (/^rediss?:$/.test(protocol)) return redisBackend(address, queueName(run));
  if (/^postgres(ql)?:$/.test(protocol)) return postgresBackend(address, queueName(run));
  throw new PictorError('OPTION_INVALID', {
    expected: 'a queue at redis://… or postgres://…',
    received: withoutCredentials(address),
  });
}

function driver<Module>(name: string, client: string, load: () => Promise<Module>): Promise<Module> {
  return peer(name, `bullmq ${client}`, 'BATCH_QUEUE_FAILED', load);
}

async function redisBackend(address: string, name: string): Promise<QueueBackend> {
  const { Queue, Worker } = await driver('bullmq', 'ioredis', () => import('bullmq'));
  const { Redis } = await driver('ioredis', 'ioredis', () => import('ioredis'));
  await requireSafeRedis(address, Redis);
  const { hostname, port, username, password, pathname, protocol } = new URL(address);
  const connection = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 && { db: Number(pathname.slice(1)) }),
    ...(protocol === 'rediss:' && { tls: {} }),
    // A worker waits for a server that restarts, however long that takes.
    maxRetriesPerRequest: null,
  };
  const common = { connection, prefix: PREFIX };
  return {
    async openQueue() {
      const queue = new Queue<ChunkJob>(name, {
        ...common,
        streams: { events: { maxLen: 100 } },
      });
      return chunkQueue(queue);
    },
    async openWorker({ atOnce, run, onError }) {
      const worker = new Worker<ChunkJob>(name, ({ data }) => run(data.chunk), {
        ...common,
        ...WORKER_TIMES,
        ...FORGET,
        concurrency: atOnce,
        // How often a chunk may be taken up again is decided by what its journal says.
        maxStalledCount: 1_000,
      });
      worker.on('error', onError);
      return { close: () => worker.close() };
    },
  };
}

async function postgresBackend(address: string, name: string): Promise<QueueBackend> {
  const { createPostgresBackend, withBackend } = await driver('bullmq', 'pg', () => import('bullmq'));
  // By a variable: the package has no types, and only whether it is there matters.
  const pg: string = 'pg';
  await driver(pg, 'pg', () => import(pg));
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = { connectionString: address, migrate: true, max: 4 };
  return {
    async openQueue() {
      const queue = new Queue<ChunkJob>(name, { connection });
      await queue.waitUntilReady().catch((error: unknown) => {
        throw unreachable(address, error);
      });
      return chunkQueue(queue);
    },
    async openWorker({ atOnce, run, onError }) {
      const worker = new Worker<ChunkJob>(name, ({ data }) => run(data.chunk), {
        connection,
        ...WORKER_TIMES,
        ...FORGET,
        concurrency: atOnce,
        maxStalledCount: 1_000,
      });
      worker.on('error', onError);
      return { close: () => worker.close() };
    },
  };
}

/** What is used of BullMQ's queue, whichever database is behind it. */
interface BullQueue {
  addBulk(jobs: { name: string; data: ChunkJob; opts: { jobId: string } }[]): Promise<unknown>;
  getJobCounts(...states: ('wait' | 'active' | 'delayed')[]): Promise<Record<string, number>>;
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

function chunkQueue(queue: BullQueue): ChunkQueue {
  // Without a listener, a connection that breaks ends the process.
  queue.on('error', () => {});
  return {
    async add(chunks) {
      for (let from = 0; from < chunks.length; from += BULK) {
        const jobs = chunks.slice(from, from + BULK);
        await queue.addBulk(
          jobs.map((chunk) => ({ name: 'c', data: { chunk }, opts: { jobId: `c${chunk}` } })),
        );
      }
    },
    async pending() {
      const counts = await queue.getJobCounts('wait', 'active', 'delayed');
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    async counts() {
      const { wait = 0, delayed = 0, active = 0 } = await queue.getJobCounts('wait', 'delayed', 'active');
      return { waiting: wait + delayed, active };
    },
    bull: queue,
    close: () => queue.close(),
  };
}
