/**
 * Pictures of a training: what a cell of the confusion matrix opens.
 *
 * @module
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import * as z from 'zod';
import { staysInside } from '../../../../convert/source/file-set.ts';
import { PictorError } from '../../../../errors.ts';
import { isPictureName, pictureFiles } from '../../../../evaluation/datasets/files.ts';
import { jsonResponse } from '../../../http/text-response.ts';
import { parseOptions, queryOptions } from '../../options.ts';
import type { Route, RouteInput } from '../../route.ts';
import { findJob } from '../jobs.ts';
import { documented, errorResponses, SECURITY } from '../recognition/recognition.ts';

const parameters = z.object({ id: z.string() });

const pictureQuery = z.object({
  name: z
    .string()
    .min(1)
    .max(1000)
    .describe('the name that reports and findings give the picture')
    .optional(),
  size: z.int().min(16).max(1024).describe('a whole number from 16 to 1024').optional(),
});

/** Pixels of the longer side, where nobody says. */
const SIDE = 160;

const namesAnswer = z.object({ pictures: z.array(z.string()) }).meta({ id: 'PictureNames' });

/** `GET /v1/jobs/:id/pictures` */
export const jobPicturesRoute: Route = {
  method: 'get',
  path: '/v1/jobs/:id/pictures',
  scope: 'train',
  document: {
    summary: 'Names of the pictures that a training or a check works on',
    tags: ['Training'],
    security: SECURITY,
    request: { params: parameters },
    responses: { 200: documented('The names', namesAnswer), ...errorResponses([401, 403, 404, 429, 501]) },
  },
  async answer(input) {
    const folder = await folderOf(input);
    return jsonResponse({ pictures: await pictureFiles(folder) });
  },
};

/** `GET /v1/jobs/:id/picture` */
export const jobPictureRoute: Route = {
  method: 'get',
  path: '/v1/jobs/:id/picture',
  scope: 'train',
  document: {
    summary: 'A small version of one of these pictures, upright, as JPEG',
    tags: ['Training'],
    security: SECURITY,
    request: { params: parameters, query: pictureQuery },
    responses: {
      200: {
        description: 'The picture',
        content: { 'image/jpeg': { schema: z.string().meta({ format: 'binary' }) } },
      },
      ...errorResponses([400, 401, 403, 404, 422, 429, 501]),
    },
  },
  async answer(input) {
    const { context, runtime } = input;
    const { name = '', size = SIDE } = parseOptions(pictureQuery, queryOptions(input.url.searchParams));
    const folder = await folderOf(input);
    const path = await inside(folder, name);
    if (path === undefined) {
      throw new PictorError('JOB_UNKNOWN', {
        expected: '`name` to be that of a picture of the job',
        received: name.slice(0, 100) || 'none',
      });
    }
    const limits = context.limits.image;
    if ((await stat(path)).size > limits.maxBytes) {
      throw new PictorError('IMAGE_TOO_LARGE', { received: name.slice(0, 100) });
    }
    const picture = await runtime.pixels.thumbnail(await readFile(path), size, {
      limits,
      signal: context.signal,
    });
    return new Response(Uint8Array.from(picture), {
      headers: { 'content-type': 'image/jpeg', 'cache-control': 'private, max-age=3600' },
    });
  },
};

/** @throws JOB_UNKNOWN, also when the pictures are gone or not there yet */
async function folderOf(input: RouteInput): Promise<string> {
  const { jobs, job } = await findJob(input);
  const folder = jobs.kindOf(job)?.pictureFolder?.(job.input, jobs.inputFolder(job));
  const found = folder ? await stat(folder).catch(() => undefined) : undefined;
  if (folder && found?.isDirectory()) return folder;
  throw new PictorError('JOB_UNKNOWN', {
    expected: 'a job with a folder of pictures that is there now',
    received: `a job of the kind \`${job.kind}\` without one`,
  });
}

/** Path of a picture, also by way of links, in the folder alone. */
async function inside(folder: string, name: string): Promise<string | undefined> {
  if (!staysInside(name) || !isPictureName(name)) return undefined;
  const path = await realpath(join(folder, name)).catch(() => undefined);
  return path?.startsWith((await realpath(folder)) + sep) ? path : undefined;
}
