/**
 * `POST /v1/train`: a training as a job.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { staysInside } from '../../../convert/source/file-set.ts';
import { PictorError } from '../../../errors.ts';
import { jsonResponse } from '../../http/text-response.ts';
import { jobView } from '../../jobs/job-view.ts';
import { ARCHIVE } from '../../jobs/kinds/train.ts';
import { parseOptions, queryOptions } from '../options.ts';
import type { Route, RouteInput } from '../route.ts';
import { jobAnswer, trainOptions } from '../schemas.ts';
import { openJobs } from './jobs.ts';
import { documented, errorResponses, SECURITY } from './recognition/recognition.ts';

const folderBody = trainOptions.extend({
  folder: z
    .string()
    .describe('a folder below one that the operator permitted (`jobs.trainFolders`)')
    .optional(),
});

/** `POST /v1/train` */
export const trainRoute: Route = {
  method: 'post',
  path: '/v1/train',
  scope: 'train',
  document: {
    summary: 'Trains a classifier on pictures in class folders; answers with a job',
    tags: ['Jobs'],
    security: SECURITY,
    request: {
      query: trainOptions,
      body: {
        required: true,
        content: {
          'application/zip': { schema: z.string().meta({ format: 'binary' }) },
          'application/json': { schema: folderBody },
        },
      },
    },
    responses: {
      202: documented('The job', jobAnswer),
      ...errorResponses([400, 401, 403, 413, 415, 422, 429, 501, 503]),
    },
  },
  async answer(input) {
    const { request, url, context, runtime } = input;
    const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
    const jobs = await openJobs(runtime);
    const isZip = type === 'application/zip' || type === 'application/x-zip-compressed';
    if (!isZip && type !== 'application/json') {
      throw new PictorError('CONTENT_TYPE_UNSUPPORTED', {
        expected: 'application/zip with pictures in class folders, or application/json that names a folder',
        received: type ?? 'none',
      });
    }
    const asked = isZip
      ? { options: withId(parseOptions(trainOptions, queryOptions(url.searchParams))), place: undefined }
      : await permittedFolder(input);
    const { limits } = jobs;
    const job = await jobs.create({
      kind: 'train',
      owner: context.key?.id,
      async prepare(folder, reserve) {
        if (asked.place === undefined) {
          await context.receive(join(folder, ARCHIVE), {
            maxBytes: limits.uploadBytes,
            timeoutMs: limits.uploadMs,
            reserve,
          });
        }
        return { options: { ...asked.options }, ...(asked.place && { place: asked.place }) };
      },
    });
    const view = jobView(job, jobs);
    return jsonResponse(view, { status: 202, headers: { location: view.url } });
  },
};

/** The folder that a JSON body names, below one of those that the operator permitted. */
async function permittedFolder({ context, runtime }: RouteInput) {
  const text = new TextDecoder().decode(await context.body());
  const { folder = '', ...options } = parseOptions(folderBody, jsonOf(text));
  for (const root of staysInside(folder) ? runtime.trainFolders : []) {
    const found = await stat(join(root, folder)).catch(() => undefined);
    if (found) return { options: withId(options), place: { root, folder } };
  }
  throw new PictorError('OPTION_INVALID', {
    expected: 'a folder below one that the operator permitted',
    received: folder.slice(0, 100),
    fix:
      runtime.trainFolders.length === 0
        ? 'Upload the pictures as a zip archive, or set `jobs.trainFolders` in the server’s configuration'
        : 'Upload the pictures as a zip archive, or correct the name',
  });
}

/** @throws OPTION_INVALID without an id */
function withId<Options extends { readonly id?: string | undefined }>(options: Options) {
  const { id } = options;
  if (id !== undefined) return { ...options, id };
  throw new PictorError('OPTION_INVALID', {
    expected: '`id`, the name of the model to make',
    received: 'none',
    fix: 'POST /v1/train?id=flowers',
  });
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below, as for any other body that is no object.
  }
  throw new PictorError('BODY_INVALID', { expected: 'a JSON object' });
}
