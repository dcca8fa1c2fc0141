/**
 * Jobs on disk: a folder each, with `job.json`, `input/` and `files/`. The record is replaced as a whole, so a process
 * that dies leaves the old state or the new one.
 *
 * @module
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ERROR_TABLE, type ErrorCode, PictorError } from '../../errors.ts';
import type { Job } from './types.ts';

const ID = /^[0-9a-f]{32}$/;
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const RECORD = 'job.json';
/** A record is at most a result of 1 MiB and some words; what is larger was not written here. */
const MAX_RECORD_BYTES = 4 * 1024 * 1024;

const time = z.number();
const json = z.json();
const code = z.custom<ErrorCode>((value) => typeof value === 'string' && Object.hasOwn(ERROR_TABLE, value));
const progress = z.object({
  stage: z.string(),
  fraction: z.number().exactOptional(),
  secondsLeft: z.number().exactOptional(),
  message: z.string().exactOptional(),
  detail: json.exactOptional(),
});
const status = z.discriminatedUnion('state', [
  z.object({ state: z.literal('queued') }),
  z.object({ state: z.literal('running'), startedAt: time, progress: progress.optional() }),
  z.object({ state: z.literal('done'), startedAt: time, endedAt: time, result: json }),
  z.object({
    state: z.literal('failed'),
    startedAt: time,
    endedAt: time,
    error: z.object({ code, message: z.string(), retryable: z.boolean() }),
  }),
  z.object({ state: z.literal('cancelled'), endedAt: time }),
  z.object({ state: z.literal('interrupted'), startedAt: time, endedAt: time }),
]);
const record = z.object({
  id: z.string().regex(ID),
  kind: z.string(),
  owner: z.string().optional(),
  createdAt: time,
  input: json,
  status,
  files: z.array(z.object({ name: z.string().regex(FILE_NAME), mediaType: z.string() })),
});

/** Where the parts of a job lie. */
export interface JobPaths {
  readonly folder: string;
  readonly input: string;
  readonly files: string;
}

/** Paths of a job. @param root the folder of all jobs */
export function jobPaths(root: string, id: string): JobPaths {
  const folder = join(root, id);
  return { folder, input: join(folder, 'input'), files: join(folder, 'files') };
}

/** Whether a name may be the name of a job's file: no separators, no leading dot. */
export function isFileName(name: string): boolean {
  return FILE_NAME.test(name);
}

/** Makes the folders of a new job. @throws FILE_WRITE_FAILED */
export async function makeJobFolders({ folder, input, files }: JobPaths): Promise<void> {
  try {
    await mkdir(input, { recursive: true });
    await mkdir(files, { recursive: true });
  } catch (cause) {
    throw new PictorError('FILE_WRITE_FAILED', { received: folder, cause });
  }
}

/** Replaces the record of a job. @throws FILE_WRITE_FAILED */
export async function saveJob(root: string, job: Job): Promise<void> {
  const path = join(jobPaths(root, job.id).folder, RECORD);
  const beside = `${path}.tmp`;
  try {
    await writeFile(beside, JSON.stringify(job));
    await rename(beside, path);
  } catch (cause) {
    throw new PictorError('FILE_WRITE_FAILED', {
      received: path,
      fix: 'Free disk space, or give the jobs another `folder`',
      cause,
    });
  }
}

/**
 * Reads all jobs. What cannot be read is no job: a folder whose making was cut off, or another program's file.
 *
 * @param root the folder of all jobs
 * @returns the jobs, oldest first, and the names of job folders without a usable record
 */
export async function loadJobs(root: string): Promise<{ jobs: Job[]; damaged: string[] }> {
  const jobs: Job[] = [];
  const damaged: string[] = [];
  for (const name of await readdir(root).catch(() => [])) {
    if (!ID.test(name)) continue;
    const job = await readRecord(join(root, name, RECORD));
    if (job?.id === name) jobs.push(job);
    else damaged.push(name);
  }
  jobs.sort((a, b) => a.createdAt - b.createdAt);
  return { jobs, damaged };
}

async function readRecord(path: string): Promise<Job | undefined> {
  try {
    if ((await stat(path)).size > MAX_RECORD_BYTES) return undefined;
    return record.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Removes a job with everything that it holds. */
export async function removeJobFolder(root: string, id: string): Promise<void> {
  if (!ID.test(id)) return;
  await rm(join(root, id), { recursive: true, force: true });
}

/** Bytes of the files in a job's folder. */
export async function jobBytes({ folder }: JobPaths): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let total = 0;
  for (const entry of entries) {
    if (entry.isFile()) total += await fileBytes(join(entry.parentPath, entry.name));
  }
  return total;
}

/** Bytes of a file; 0 where there is none. */
export async function fileBytes(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
