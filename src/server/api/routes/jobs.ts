/**
 * `/v1/jobs`: what long work has in common, whatever its kind.
 *
 * @module
 */
import * as z from 'zod';
import { PictorError } from '../../../errors.ts';
import { fileResponse } from '../../http/file-response.ts';
import { jsonResponse } from '../../http/text-response.ts';
import { jobEvents } from '../../jobs/event-stream.ts';
import type { JobManager } from '../../jobs/job-manager.ts';
import { jobView } from '../../jobs/job-view.ts';
import { mayUseJob } from '../../jobs/may-use.ts';
import { openJobs } from '../../jobs/open-jobs.ts';
import type { Job } from '../../jobs/types.ts';
import type { Route, RouteInput } from '../route.ts';
import { jobAnswer, jobsAnswer } from '../schemas.ts';
import { documented, errorResponses, SECURITY } from './recognition/recognition.ts';

export const idParameter = z.object({ id: z.string() });

/** The job that the path names. @throws JOB_UNKNOWN, also where it is another's */
export async function findJob({
  runtime,
  context,
  params,
}: RouteInput): Promise<{ jobs: JobManager; job: Job }> {
  const jobs = await openJobs(runtime);
  const job = jobs.get(params.id ?? '');
  // Another's job is answered like one that does not exist.
  if (job === undefined || !mayUseJob(job, context.key, runtime.auth)) {
    throw new PictorError('JOB_UNKNOWN', { fix: 'GET /v1/jobs lists the jobs that this key may see' });
  }
  return { jobs, job };
}

/** `GET /v1/jobs` */
const listRoute: Route = {
  method: 'get',
  path: '/v1/jobs',
  scope: 'any',
  document: {
    summary: 'The jobs of this key, newest first',
    tags: ['Jobs'],
    security: SECURITY,
    responses: { 200: documented('The jobs', jobsAnswer), ...errorResponses([401, 403, 429, 501]) },
  },
  async answer({ runtime, context }) {
    const jobs = await openJobs(runtime);
    const visible = jobs.list().filter((job) => mayUseJob(job, context.key, runtime.auth));
    return jsonResponse({ jobs: visible.map((job) => jobView(job, jobs)) });
  },
};

/** `GET /v1/jobs/:id` */
const getRoute: Route = {
  method: 'get',
  path: '/v1/jobs/:id',
  scope: 'any',
  document: {
    summary: 'A job: its state, progress, result and files',
    tags: ['Jobs'],
    security: SECURITY,
    request: { params: idParameter },
    responses: { 200: documented('The job', jobAnswer), ...errorResponses([401, 403, 404, 429, 501]) },
  },
  async answer(input) {
    const { jobs, job } = await findJob(input);
    return jsonResponse(jobView(job, jobs));
  },
};

/** `GET /v1/jobs/:id/events` */
const eventsRoute: Route = {
  method: 'get',
  path: '/v1/jobs/:id/events',
  scope: 'any',
  document: {
    summary: 'The states of a job as server-sent events: `job` for each change, `end` for the last state',
    tags: ['Jobs'],
    security: SECURITY,
    request: { params: idParameter },
    responses: {
      200: {
        description: 'A stream that ends with the job; the data of each event is a job',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      ...errorResponses([401, 403, 404, 429, 501, 503]),
    },
  },
  async answer(input) {
    const { jobs, job } = await findJob(input);
    const events = jobEvents(jobs, job.id, (now) => jobView(now, jobs));
    return new Response(events, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx collects answers unless it is told otherwise.
        'x-accel-buffering': 'no',
      },
    });
  },
};

/** `GET /v1/jobs/:id/files/:name` */
const fileRoute: Route = {
  method: 'get',
  path: '/v1/jobs/:id/files/:name',
  scope: 'any',
  document: {
    summary: 'A file that a job made; byte ranges work, also while it grows',
    tags: ['Jobs'],
    security: SECURITY,
    request: { params: idParameter.extend({ name: z.string() }) },
    responses: {
      200: { description: 'The file', content: { '*/*': { schema: z.string() } } },
      206: { description: 'The range that was asked for', content: { '*/*': { schema: z.string() } } },
      ...errorResponses([401, 403, 404, 416, 429, 501]),
    },
  },
  async answer(input) {
    const { jobs, job } = await findJob(input);
    const name = input.params.name ?? '';
    const path = jobs.filePath(job, name);
    const type = job.files.find((file) => file.name === name)?.mediaType ?? 'application/octet-stream';
    const answer = path && (await fileResponse(path, type, input.request.headers.get('range')));
    if (answer) return answer;
    throw new PictorError('JOB_UNKNOWN', {
      expected: `one of its files: ${job.files.map((file) => file.name).join(', ') || 'none yet'}`,
      received: name.slice(0, 100),
    });
  },
};

/** `POST /v1/jobs/:id/finish` */
const finishRoute: Route = {
  method: 'post',
  path: '/v1/jobs/:id/finish',
  scope: 'any',
  document: {
    summary: 'Asks a training to end early and keep the best so far; `done` follows when it has',
    tags: ['Jobs'],
    security: SECURITY,
    request: { params: idParameter },
    responses: { 200: documented('The job', jobAnswer), ...errorResponses([401, 403, 404, 429, 501]) },
  },
  async answer(input) {
    const { jobs, job } = await findJob(input);
    return jsonResponse(jobView(jobs.finish(job), jobs));
  },
};

/** `DELETE /v1/jobs/:id` */
const endRoute: Route = {
  method: 'delete',
  path: '/v1/jobs/:id',
  scope: 'any',
  document: {
    summary: 'Cancels a job that waits or runs; removes one that has ended, with its files',
    tags: ['Jobs'],
    security: SECURITY,
    request: { params: idParameter },
    responses: {
      200: documented('The cancelled job', jobAnswer),
      204: { description: 'The job is gone' },
      ...errorResponses([401, 403, 404, 429, 501]),
    },
  },
  async answer(input) {
    const { jobs, job } = await findJob(input);
    const cancelled = await jobs.end(job.id);
    return cancelled === undefined
      ? new Response(null, { status: 204 })
      : jsonResponse(jobView(cancelled, jobs));
  },
};

export const JOB_ROUTES: readonly Route[] = [
  listRoute,
  getRoute,
  eventsRoute,
  fileRoute,
  finishRoute,
  endRoute,
];
