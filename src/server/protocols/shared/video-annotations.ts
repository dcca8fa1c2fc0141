/**
 * Videos that other services' clients ask about: long work that a request starts and others ask for.
 *
 * @module
 */
import { realpath, stat, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { PictorError } from '../../../errors.ts';
import type { JobManager } from '../../jobs/job-manager.ts';
import {
  ANNOTATED_VIDEO,
  ANNOTATION_KIND,
  type AnnotationFeature,
  findingsFile,
  readAnnotationInput,
} from '../../jobs/kinds/annotation.ts';
import { mayUseJob } from '../../jobs/may-use.ts';
import type { Job, Json } from '../../jobs/types.ts';
import type { Key } from '../../keys/types.ts';

/** Where a video is: in the request, or in a bucket that the operator made a folder of. */
export type VideoPlace = { readonly bytes: Uint8Array } | { readonly bucket: string; readonly name: string };

/** What a protocol wants to know of a video. */
export interface AnnotationRequest {
  readonly protocol: string;
  readonly operation: string;
  readonly features: readonly AnnotationFeature[];
  readonly video: VideoPlace;
  /** 0..1. */
  readonly minScore: number;
  /** Two requests with the same token are one. */
  readonly token?: string | undefined;
  /** Kept for the answer. */
  readonly asked: Json;
}

/** A job that a protocol started. */
export interface Annotation {
  readonly job: Job;
  readonly input: NonNullable<ReturnType<typeof readAnnotationInput>>;
  /** Path of the findings of a feature. */
  findings(feature: AnnotationFeature): string | undefined;
}

/** Starts and finds the jobs of one client. */
export interface VideoAnnotations {
  /**
   * @throws OVERLOADED, JOB_STORAGE_FULL, VIDEO_NOT_FOUND for what is in none of the folders, OPTION_INVALID for a token
   *   that stands for another request
   */
  start(request: AnnotationRequest): Promise<Annotation>;
  /** A job of this protocol and operation that the client may see. */
  find(id: string, protocol: string, operation?: string): Annotation | undefined;
  /** Ends a job that waits or works. */
  cancel(annotation: Annotation): Promise<void>;
}

interface Surroundings {
  readonly jobs: JobManager;
  /** Folders by the name of a bucket. */
  readonly folders: ReadonlyMap<string, string>;
  readonly key: Key | undefined;
  readonly auth: 'on' | 'off';
}

export function videoAnnotations({ jobs, folders, key, auth }: Surroundings): VideoAnnotations {
  const annotationOf = (job: Job): Annotation | undefined => {
    const input = job.kind === ANNOTATION_KIND ? readAnnotationInput(job.input) : undefined;
    if (input === undefined) return undefined;
    return { job, input, findings: (feature) => jobs.filePath(job, findingsFile(feature)) };
  };

  const sameRequest = (token: string, wanted: Json): Annotation | undefined => {
    for (const job of jobs.list()) {
      const known = job.owner === key?.id ? annotationOf(job) : undefined;
      if (known?.input.token !== token) continue;
      if (isDeepStrictEqual(job.input, wanted)) return known;
      throw new PictorError('OPTION_INVALID', { expected: 'a token of its own for another request' });
    }
    return undefined;
  };

  return {
    async start({ video, token, ...request }) {
      const path = 'bucket' in video ? await permitted(video, folders) : undefined;
      const input = JSON.parse(JSON.stringify({ ...request, token, path })) as Json;
      const known = token === undefined ? undefined : sameRequest(token, input);
      if (known) return known;
      const job = await jobs.create({
        kind: ANNOTATION_KIND,
        owner: key?.id,
        async prepare(folder, reserve) {
          if ('bytes' in video) {
            reserve(video.bytes.length);
            await writeFile(join(folder, ANNOTATED_VIDEO), video.bytes);
          }
          return input;
        },
      });
      const made = annotationOf(job);
      if (made === undefined) throw new PictorError('INTERNAL');
      return made;
    },
    find(id, protocol, operation) {
      const job = jobs.get(id);
      const found = job !== undefined && mayUseJob(job, key, auth) ? annotationOf(job) : undefined;
      if (found?.input.protocol !== protocol) return undefined;
      return operation === undefined || found.input.operation === operation ? found : undefined;
    },
    async cancel({ job }) {
      if (!('endedAt' in job.status)) await jobs.end(job.id);
    },
  };
}

/** A file below the folder of its bucket, wherever links lead. */
async function permitted(
  { bucket, name }: { readonly bucket: string; readonly name: string },
  folders: ReadonlyMap<string, string>,
): Promise<string> {
  const root = folders.get(bucket);
  const missing = new PictorError('VIDEO_NOT_FOUND', {
    expected: 'a file in a bucket that the operator permitted',
    received: `${bucket}/${name}`.slice(0, 200),
    ...(root === undefined && {
      fix: 'Name a folder for the bucket in `jobs.videoFolders` of the server’s configuration',
    }),
  });
  if (root === undefined || name.includes('\0')) throw missing;
  const [folder, path] = await Promise.all([realpath(root), realpath(join(root, name))]).catch(() => {
    throw missing;
  });
  const isFile = (await stat(path).catch(() => undefined))?.isFile() ?? false;
  if (!path.startsWith(folder + sep) || !isFile) throw missing;
  return path;
}
