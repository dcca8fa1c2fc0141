/**
 * `POST /v1/video`: a video as a job.
 *
 * @module
 */
import { join } from 'node:path';
import * as z from 'zod';
import { parseBoundedJson } from '../../../base/bounded-json.ts';
import { PictorError } from '../../../errors.ts';
import { resolveLines, resolveZones } from '../../../video/analytics/options.ts';
import { jsonResponse } from '../../http/text-response.ts';
import { jobView } from '../../jobs/job-view.ts';
import { parsePlaces, VIDEO_FILE } from '../../jobs/kinds/video.ts';
import { openJobs } from '../../jobs/open-jobs.ts';
import { parseOptions, queryOptions } from '../options.ts';
import type { Route } from '../route.ts';
import { jobAnswer } from '../schemas.ts';
import { documented, errorResponses, SECURITY } from './recognition/recognition.ts';

const fraction = z.number().min(0).max(1);

const videoOptions = z.object({
  task: z
    .enum(['detect', 'classify', 'tag', 'moderate'])
    .describe('detect, classify, tag or moderate')
    .optional(),
  model: z.string().min(1).describe('the id of a model of the task').optional(),
  minScore: fraction.describe('a number from 0 to 1').optional(),
  include: z.array(z.string()).describe('labels, comma-separated').optional(),
  exclude: z.array(z.string()).describe('labels, comma-separated').optional(),
  fps: z.number().positive().max(120).describe('frames a second that are looked at, at most 120').optional(),
  track: z.boolean().describe('true or false').optional(),
  tracker: z
    .enum(['default', 'sort', 'bytetrack', 'ocsort'])
    .describe('default, sort, bytetrack or ocsort')
    .optional(),
  interval: z.number().positive().max(3600).describe('seconds between two looks').optional(),
  annotate: z.boolean().describe('true or false').optional(),
  lines: z.string().max(20_000).describe('JSON: [{"from":[0,0.5],"to":[1,0.5]}]').optional(),
  zones: z.string().max(100_000).describe('JSON: [{"points":[[0,0],[1,0],[1,1]]}]').optional(),
});

/** A fetch keeps its place among the requests in progress: what takes longer has to be uploaded. */
const FETCH_MS = 60_000;

const videoAddress = z.object({
  url: z.string().min(1).max(4096).describe('http or https address, where the server permits addresses'),
});

/** `POST /v1/video` */
export const videoRoute: Route = {
  method: 'post',
  path: '/v1/video',
  scope: 'infer',
  document: {
    summary: 'Looks at a video: objects followed and counted, or what it shows; answers with a job',
    tags: ['Jobs'],
    security: SECURITY,
    request: {
      query: videoOptions,
      body: {
        required: true,
        content: {
          'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) },
          'application/json': { schema: videoAddress },
        },
      },
    },
    responses: {
      202: documented('The job', jobAnswer),
      ...errorResponses([400, 401, 403, 413, 415, 422, 429, 501, 503]),
    },
  },
  async answer({ request, url, context, runtime }) {
    const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    const address = type === 'application/json' ? addressIn(await context.body()) : undefined;
    if (address === undefined && !/^(video|image)\/|^application\/(octet-stream|mp4|ogg)$/.test(type)) {
      throw new PictorError('CONTENT_TYPE_UNSUPPORTED', {
        expected:
          'a video as the body: video/mp4 or another video/*, image/gif, application/octet-stream; or its address as JSON',
        received: type || 'none',
      });
    }
    const jobs = await openJobs(runtime);
    const { lines, zones, ...options } = parseOptions(videoOptions, queryOptions(url.searchParams));
    const places = { lines: parsePlaces('lines', lines), zones: parsePlaces('zones', zones) };
    // Said now and not by a job that fails later.
    resolveLines(places.lines as Parameters<typeof resolveLines>[0]);
    resolveZones(places.zones as Parameters<typeof resolveZones>[0]);
    const { limits } = jobs;
    const job = await jobs.create({
      kind: 'video',
      owner: context.key?.id,
      async prepare(folder, reserve) {
        const path = join(folder, VIDEO_FILE);
        const bounds = { maxBytes: limits.uploadBytes, timeoutMs: limits.uploadMs, reserve };
        if (address === undefined) await context.receive(path, bounds);
        else await context.fetchFile(address, path, { ...bounds, timeoutMs: FETCH_MS });
        const sent = address === undefined ? { type } : {};
        return JSON.parse(JSON.stringify({ ...options, ...places, ...sent }));
      },
    });
    const view = jobView(job, jobs);
    return jsonResponse(view, { status: 202, headers: { location: view.url } });
  },
};

/** The address in a JSON body. */
function addressIn(body: Uint8Array): string {
  const parsed = videoAddress.safeParse(parseBoundedJson(body));
  if (parsed.success) return parsed.data.url;
  throw new PictorError('BODY_INVALID', {
    expected: 'JSON like {"url":"https://example.com/clip.mp4"}; options belong in the query',
    received: parsed.error.issues[0]?.message ?? 'something else',
  });
}
