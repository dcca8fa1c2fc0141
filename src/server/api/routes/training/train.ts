/**
 * `POST /v1/train` and `POST /v1/train/check`: trainings, and looks at pictures before them, as jobs.
 *
 * @module
 */
import { copyFile, link, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { staysInside } from '../../../../convert/source/file-set.ts';
import { PictorError } from '../../../../errors.ts';
import { augmentationOf } from '../../../../training/augmentation/kinds.ts';
import type { FineTuneOptions } from '../../../../training/fine-tune/types.ts';
import { jsonResponse } from '../../../http/text-response.ts';
import { jobView } from '../../../jobs/job-view.ts';
import { ARCHIVE, picturesOf, type TrainInput } from '../../../jobs/kinds/train.ts';
import { openJobs } from '../../../jobs/open-jobs.ts';
import type { Job } from '../../../jobs/types.ts';
import { parseOptions, queryOptions, type RawOptions } from '../../options.ts';
import type { Route, RouteInput } from '../../route.ts';
import { jobAnswer } from '../../schemas.ts';
import { checkOptions, picturesBody, trainOptions } from '../../training-schemas.ts';
import { findJob } from '../jobs.ts';
import { documented, errorResponses, present, SECURITY } from '../recognition/recognition.ts';

/** `POST /v1/train` */
export const trainRoute = pictureJob({
  path: '/v1/train',
  kind: 'train',
  summary: 'Trains a classifier on pictures in class folders; answers with a job',
  options: trainOptions,
  taskOf: trainTask,
});

/** `POST /v1/train/check` */
export const checkRoute = pictureJob({
  path: '/v1/train/check',
  kind: 'check',
  summary: 'Looks for what may be wrong with pictures before they are trained on; answers with a job',
  options: checkOptions,
  taskOf: (raw) => ({ action: 'check', options: present(parseOptions(checkOptions, raw)) }),
});

interface PictureJob {
  readonly path: string;
  readonly kind: string;
  readonly summary: string;
  readonly options: typeof trainOptions | typeof checkOptions;
  taskOf(raw: RawOptions, body: Corrections): TrainInput['task'];
}

type Corrections = Pick<z.infer<typeof picturesBody>, 'exclude' | 'relabel' | 'removeClasses'>;

/** A route that makes a job of an archive, of a permitted folder or of an earlier job's pictures. */
function pictureJob({ path, kind, summary, options, taskOf }: PictureJob): Route {
  return {
    method: 'post',
    path,
    scope: 'train',
    document: {
      summary,
      tags: ['Training'],
      security: SECURITY,
      request: {
        query: options,
        body: {
          required: true,
          content: {
            'application/zip': { schema: z.string().meta({ format: 'binary' }) },
            'application/json': { schema: z.object({ ...options.shape, ...picturesBody.shape }) },
          },
        },
      },
      responses: {
        202: documented('The job', jobAnswer),
        ...errorResponses([400, 401, 403, 404, 413, 415, 422, 429, 501, 503]),
      },
    },
    async answer(input) {
      const { request, url, context, runtime } = input;
      const jobs = await openJobs(runtime);
      const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
      const isZip = type === 'application/zip' || type === 'application/x-zip-compressed';
      if (!isZip && type !== 'application/json') {
        throw new PictorError('CONTENT_TYPE_UNSUPPORTED', {
          expected:
            'application/zip with pictures in class folders, or application/json that names a folder or a job',
          received: type ?? 'none',
        });
      }
      const query = queryOptions(url.searchParams);
      const asked = isZip
        ? { task: taskOf(query, {}), place: { kind: 'upload' as const } }
        : await fromBody(input, query, taskOf);
      const { limits } = jobs;
      const job = await jobs.create({
        kind,
        owner: context.key?.id,
        async prepare(folder, reserve) {
          const { task, place } = asked;
          if (place.kind === 'upload') {
            await context.receive(join(folder, ARCHIVE), {
              maxBytes: limits.uploadBytes,
              timeoutMs: limits.uploadMs,
              reserve,
            });
            return { task, pictures: place };
          }
          if (place.kind !== 'job') return { task, pictures: place };
          const archive = join(jobs.inputFolder(place.job), ARCHIVE);
          await takeArchive(archive, join(folder, ARCHIVE), reserve);
          return { task, pictures: { kind: 'upload' } };
        },
      });
      const view = jobView(job, jobs);
      return jsonResponse(view, { status: 202, headers: { location: view.url } });
    },
  };
}

type Place = TrainInput['pictures'] | { readonly kind: 'job'; readonly job: Job };

async function fromBody(
  input: RouteInput,
  query: RawOptions,
  taskOf: PictureJob['taskOf'],
): Promise<{ readonly task: TrainInput['task']; readonly place: Place }> {
  const raw = { ...query, ...jsonOf(new TextDecoder().decode(await input.context.body())) };
  const parsed = picturesBody.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PictorError('OPTION_INVALID', {
      expected: `\`${issue?.path.join('.') ?? 'body'}\` to be as /openapi.json has it`,
      received: issue?.message ?? 'something else',
    });
  }
  const { folder, job, ...corrections } = parsed.data;
  const task = taskOf(raw, corrections);
  if (task.action === 'remove') return { task, place: { kind: 'none' } };
  return { task, place: job === undefined ? await permitted(input, folder) : await earlier(input, job) };
}

/** The pictures of an earlier job that the client may see. */
async function earlier(input: RouteInput, id: string): Promise<Place> {
  const { job } = await findJob({ ...input, params: { id } });
  const pictures = picturesOf(job);
  if (pictures === undefined || pictures.kind === 'none') {
    throw new PictorError('OPTION_INVALID', {
      expected: '`job` to be a training or a check with pictures',
      received: `a job of the kind \`${job.kind}\``,
    });
  }
  return pictures.kind === 'upload' ? { kind: 'job', job } : pictures;
}

/** The folder that a JSON body names, below one of those that the operator permitted. */
async function permitted({ runtime }: RouteInput, folder: string | undefined): Promise<Place> {
  for (const root of folder && staysInside(folder) ? runtime.trainFolders : []) {
    const found = folder && (await stat(join(root, folder)).catch(() => undefined));
    if (found && folder) return { kind: 'folder', root, folder };
  }
  throw new PictorError('OPTION_INVALID', {
    expected: '`folder` to be one below those that the operator permitted, or `job` an earlier job',
    received: folder?.slice(0, 100) ?? 'neither',
    fix:
      runtime.trainFolders.length === 0
        ? 'Upload the pictures as a zip archive, or set `jobs.trainFolders` in the server’s configuration'
        : 'Upload the pictures as a zip archive, or correct the name',
  });
}

/** An archive needs its bytes once on a disk, however many jobs use it. */
async function takeArchive(from: string, to: string, reserve: (bytes: number) => void): Promise<void> {
  const found = await stat(from).catch(() => undefined);
  if (!found) {
    throw new PictorError('JOB_UNKNOWN', {
      expected: 'a job whose pictures are still here',
      received: 'one that lost them',
      fix: 'Upload the pictures again',
    });
  }
  reserve(found.size);
  await link(from, to).catch(() => copyFile(from, to));
}

/** What a training is asked to do. */
function trainTask(raw: RawOptions, { exclude, relabel, removeClasses }: Corrections): TrainInput['task'] {
  const { id, add, layers, epochs, batchSize, learningRate, augment, seconds, fineTune, ...options } =
    present(parseOptions(trainOptions, raw));
  if (id === undefined) {
    throw new PictorError('OPTION_INVALID', {
      expected: '`id`, the name of the model to make',
      received: 'none',
      fix: 'POST /v1/train?id=flowers',
    });
  }
  if (removeClasses) return { action: 'remove', id, classes: removeClasses };
  if (add) return { action: 'add', id };
  const tuning: FineTuneOptions = {
    ...(layers !== undefined && {
      layers: layers === 'last' || layers === 'all' ? layers : { after: layers },
    }),
    ...present({ epochs, batchSize, learningRate }),
    ...(augment && { augmentation: augmentationOf(augment) }),
    ...(seconds !== undefined && { timeMs: seconds * 1000 }),
  };
  const tuned = fineTune ?? Object.keys(tuning).length > 0;
  return {
    action: 'train',
    options: {
      ...options,
      id,
      ...(tuned && { fineTune: tuning }),
      ...(exclude && { exclude }),
      ...(relabel && { relabel }),
    },
  } as TrainInput['task'];
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
