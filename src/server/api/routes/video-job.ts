/**
 * What a page shows of a video job: boxes by time, pictures, and the annotated video while it grows.
 *
 * @module
 */
import { open } from 'node:fs/promises';
import * as z from 'zod';
import { PictorError } from '../../../errors.ts';
import { textResponse } from '../../http/text-response.ts';
import type { JobManager } from '../../jobs/job-manager.ts';
import type { Job } from '../../jobs/types.ts';
import {
  ANNOTATED_FILE,
  BOXES_FILE,
  FRAMES_FILE,
  THUMBNAIL_INDEX,
  THUMBNAILS_FILE,
} from '../../jobs/video/files.ts';
import { framesByTime } from '../../jobs/video/frames-by-time.ts';
import { playlistOf } from '../../jobs/video/playlist.ts';
import { findThumbnail } from '../../jobs/video/thumbnails.ts';
import { parseOptions, queryOptions } from '../options.ts';
import type { Route } from '../route.ts';
import { framesAnswer } from '../schemas.ts';
import { findJob, idParameter } from './jobs.ts';
import { documented, errorResponses, SECURITY } from './recognition/recognition.ts';

const MOST_FRAMES = 2000;

const framesQuery = z.object({
  from: z.number().min(0).describe('seconds, at least 0').optional(),
  to: z.number().min(0).describe('seconds, at least 0; the last frame is before').optional(),
  limit: z.int().min(1).max(MOST_FRAMES).describe(`a whole number from 1 to ${MOST_FRAMES}`).optional(),
  found: z.boolean().describe('true: only frames in which something was found').optional(),
});

const thumbnailQuery = z.object({
  time: z.number().min(0).describe('seconds, at least 0').optional(),
  object: z.int().min(1).describe('the id of an object').optional(),
});

/** The first of these files that the job has. */
function fileOf(jobs: JobManager, job: Job, ...names: readonly string[]): string {
  const paths = names.map((name) => jobs.filePath(job, name));
  const path = paths.find((one) => one !== undefined);
  if (path !== undefined) return path;
  throw new PictorError('JOB_UNKNOWN', {
    expected: `a video job with ${names.join(' or ')}`,
    received: `a job of the kind ${job.kind} that has ${job.files.map(({ name }) => name).join(', ') || 'no files yet'}`,
    ...(names[0] === ANNOTATED_FILE && { fix: 'Make the job with `annotate=true`' }),
  });
}

const hasEnded = ({ status }: Job): boolean => 'endedAt' in status;

/** `GET /v1/jobs/:id/frames` */
const framesRoute: Route = {
  method: 'get',
  path: '/v1/jobs/:id/frames',
  scope: 'any',
  document: {
    summary: 'The frames of a video job by time, with their boxes or labels; also while it runs',
    tags: ['Jobs'],
    security: SECURITY,
    request: { params: idParameter, query: framesQuery },
    responses: {
      200: documented('Frames, sorted by time', framesAnswer),
      ...errorResponses([400, 401, 403, 404, 429, 501]),
    },
  },
  async answer(input) {
    const {
      from = 0,
      to = Number.POSITIVE_INFINITY,
      limit = 500,
      found = false,
    } = parseOptions(framesQuery, queryOptions(input.url.searchParams));
    const { jobs, job } = await findJob(input);
    // Known before the file is read: what comes between is found by the next request.
    const complete = hasEnded(job);
    const path = fileOf(jobs, job, BOXES_FILE, FRAMES_FILE);
    const { lines, next } = await framesByTime(path, { from, to, limit, found });
    // The lines are JSON as it was written here; parsing them to write them again would only cost time.
    const body = `{"frames":[${lines.join(',')}],"next":${next ?? null},"complete":${complete}}`;
    return textResponse(body, { 'content-type': 'application/json' });
  },
};

/** `GET /v1/jobs/:id/thumbnail` */
const thumbnailRoute: Route = {
  method: 'get',
  path: '/v1/jobs/:id/thumbnail',
  scope: 'any',
  document: {
    summary: 'A small picture of a video job: the frame at a time, or an object at its largest',
    tags: ['Jobs'],
    security: SECURITY,
    request: { params: idParameter, query: thumbnailQuery },
    responses: {
      200: {
        description: 'The picture; `X-Pictor-Time` has its time in seconds',
        content: { 'image/jpeg': { schema: z.string().meta({ format: 'binary' }) } },
      },
      ...errorResponses([400, 401, 403, 404, 429, 501]),
    },
  },
  async answer(input) {
    const { time = 0, object } = parseOptions(thumbnailQuery, queryOptions(input.url.searchParams));
    const { jobs, job } = await findJob(input);
    const index = fileOf(jobs, job, THUMBNAIL_INDEX);
    const thumbnail = await findThumbnail(index, object === undefined ? { time } : { object });
    if (thumbnail === undefined) {
      throw new PictorError('JOB_UNKNOWN', {
        expected: object === undefined ? 'a job that has read a frame' : 'the id of an object with a picture',
        received: object === undefined ? 'none yet' : String(object),
      });
    }
    const file = await open(fileOf(jobs, job, THUMBNAILS_FILE), 'r');
    try {
      const bytes = new Uint8Array(thumbnail.bytes);
      await file.read(bytes, 0, bytes.length, thumbnail.offset);
      return new Response(bytes, {
        headers: {
          'content-type': 'image/jpeg',
          'cache-control': 'no-store',
          'x-pictor-time': String(thumbnail.time),
        },
      });
    } finally {
      await file.close();
    }
  },
};

/** `GET /v1/jobs/:id/playlist.m3u8` */
const playlistRoute: Route = {
  method: 'get',
  path: '/v1/jobs/:id/playlist.m3u8',
  scope: 'any',
  document: {
    summary: 'The annotated video of a job as an HLS play list: seekable while it grows',
    tags: ['Jobs'],
    security: SECURITY,
    request: { params: idParameter },
    responses: {
      200: {
        description: 'Byte ranges of the annotated file, each with its seconds',
        content: { 'application/vnd.apple.mpegurl': { schema: z.string() } },
      },
      ...errorResponses([401, 403, 404, 429, 501]),
    },
  },
  async answer(input) {
    const { jobs, job } = await findJob(input);
    const ended = hasEnded(job);
    const path = fileOf(jobs, job, ANNOTATED_FILE);
    const text = await playlistOf(path, `files/${ANNOTATED_FILE}`, ended).catch(() => undefined);
    if (text === undefined) {
      throw new PictorError('JOB_UNKNOWN', { expected: 'a job that has written its first frames' });
    }
    return textResponse(text, {
      'content-type': 'application/vnd.apple.mpegurl',
      'cache-control': 'no-store',
    });
  },
};

export const VIDEO_JOB_ROUTES: readonly Route[] = [framesRoute, thumbnailRoute, playlistRoute];
