/**
 * What a batch run is made of. The plan and the result files are the truth; whatever moves the work may lose, repeat or
 * forget it.
 *
 * @module
 */
import * as z from 'zod';
import { BATCH_TASKS } from './batch-tasks.ts';

/** One input: a line of the frozen list. */
export const inputSchema = z.object({
  /** Path, `s3://bucket/key`, or an http(s) address. */
  uri: z.string().min(1),
  /** Entity tag where the list came with one: a hint that content is the same, no proof. */
  etag: z.string().exactOptional(),
  /** Number of the input in the run that this one repeats. */
  row: z.int().nonnegative().exactOptional(),
});

export type BatchInput = Readonly<z.infer<typeof inputSchema>>;

export const planSchema = z.object({
  version: z.literal(1),
  /** Hash of everything that decides about the answers. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  source: z.string(),
  task: z.enum(BATCH_TASKS),
  /** Options of each call, as the library takes them. */
  options: z.record(z.string(), z.unknown()),
  model: z.object({ id: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  /** Inputs in a chunk; each chunk becomes one shard. */
  chunk: z.int().min(1).max(100_000),
  count: z.int().nonnegative(),
  gzip: z.boolean(),
  list: z.object({
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.int().nonnegative(),
    /** Where each chunk begins in `list.jsonl`, in bytes. */
    offsets: z.array(z.int().nonnegative()),
  }),
});

/** A frozen plan. The same inputs and options give the same plan. */
export type BatchPlan = Readonly<z.infer<typeof planSchema>>;

/** Why there is no answer for an input. */
export interface RowError {
  readonly code: string;
  readonly message: string;
  /** Whether the same input may have an answer another time. */
  readonly retryable: boolean;
}

/** One line of a shard; there is one for each input, failures included. */
export type BatchRow = {
  /** Number of the input in the list, from 0. */
  readonly i: number;
  readonly uri: string;
  /** Of the bytes, where they were read here. */
  readonly sha256?: string;
} & ({ readonly answer: Readonly<Record<string, unknown>> } | { readonly error: RowError });

export const PLAN_NAME = 'plan.json';
export const LIST_NAME = 'list.jsonl';
