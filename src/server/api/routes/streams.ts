/**
 * `/v1/streams`: the cameras that the configuration names.
 *
 * @module
 */
import * as z from 'zod';
import { PictorError } from '../../../errors.ts';
import { frameLimits, framePicture } from '../../../video/frame-picture.ts';
import type { AnalyzedFrame } from '../../../video/track.ts';
import { jsonResponse } from '../../http/text-response.ts';
import type { LiveStream } from '../../streams/live-stream.ts';
import { BOUNDARY, streamPreview } from '../../streams/preview.ts';
import type { Route, RouteInput } from '../route.ts';
import { streamAnswer } from '../schemas.ts';
import { documented, errorResponses, SECURITY } from './recognition/recognition.ts';

const nameParameter = z.object({ name: z.string() });

function findStream({ runtime, params }: RouteInput): LiveStream {
  const stream = runtime.streams.get(params.name ?? '');
  if (stream) return stream;
  throw new PictorError('ROUTE_NOT_FOUND', {
    expected: 'the name of a stream in the configuration',
    received: (params.name ?? '').slice(0, 100),
    fix: 'GET /v1/streams lists them',
  });
}

/** A frame with its boxes. */
function draw(
  { picture, objects }: AnalyzedFrame,
  { context }: RouteInput,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const annotations = objects.map(({ box, label, id }) => ({
    box,
    label: id === undefined ? label : `${label} ${id}`,
  }));
  return context.pixels.annotate(framePicture(picture), annotations, {
    format: 'jpeg',
    limits: frameLimits(picture),
    signal,
  });
}

const listRoute: Route = {
  method: 'get',
  path: '/v1/streams',
  scope: 'infer',
  document: {
    summary: 'The cameras of the configuration, and what they counted',
    tags: ['Streams'],
    security: SECURITY,
    responses: {
      200: documented('The streams', z.object({ streams: z.array(streamAnswer) })),
      ...errorResponses([401, 403, 429]),
    },
  },
  answer: ({ runtime }) => jsonResponse({ streams: runtime.streams.list.map(({ view }) => view) }),
};

const getRoute: Route = {
  method: 'get',
  path: '/v1/streams/:name',
  scope: 'infer',
  document: {
    summary: 'A camera: its state, the objects of its newest frame, its counts',
    tags: ['Streams'],
    security: SECURITY,
    request: { params: nameParameter },
    responses: { 200: documented('The stream', streamAnswer), ...errorResponses([401, 403, 404, 429]) },
  },
  answer: (input) => jsonResponse(findStream(input).view),
};

const snapshotRoute: Route = {
  method: 'get',
  path: '/v1/streams/:name/snapshot',
  scope: 'infer',
  document: {
    summary: 'The newest frame of a camera with its boxes, as JPEG',
    tags: ['Streams'],
    security: SECURITY,
    request: { params: nameParameter },
    responses: {
      200: {
        description: 'The picture',
        content: { 'image/jpeg': { schema: z.string().meta({ format: 'binary' }) } },
      },
      ...errorResponses([401, 403, 404, 429, 502]),
    },
  },
  async answer(input) {
    const stream = findStream(input);
    const { newest, view } = stream;
    if (!newest) {
      throw new PictorError('VIDEO_SOURCE_LOST', {
        received: view.problem ?? 'no frame yet',
        retryAfter: 1,
      });
    }
    const drawn = await draw(newest, input, input.context.signal);
    return new Response(new Uint8Array(drawn), {
      headers: { 'content-type': 'image/jpeg', 'cache-control': 'no-store' },
    });
  },
};

/** Previews that are open at the same time, over all cameras: each draws pictures for as long as somebody looks. */
const MOST_PREVIEWS = 8;
const previews = new WeakMap<object, number>();

const previewRoute: Route = {
  method: 'get',
  path: '/v1/streams/:name/preview',
  scope: 'infer',
  document: {
    summary: 'A camera with its boxes as motion JPEG, up to five pictures a second',
    tags: ['Streams'],
    security: SECURITY,
    request: { params: nameParameter },
    responses: {
      200: {
        description: 'One JPEG after another',
        content: { 'multipart/x-mixed-replace': { schema: z.string().meta({ format: 'binary' }) } },
      },
      ...errorResponses([401, 403, 404, 429, 503]),
    },
  },
  answer(input) {
    const stream = findStream(input);
    const { streams } = input.runtime;
    const open = previews.get(streams) ?? 0;
    if (open >= MOST_PREVIEWS) {
      throw new PictorError('OVERLOADED', {
        expected: `at most ${MOST_PREVIEWS} previews at the same time`,
        retryAfter: 5,
      });
    }
    previews.set(streams, open + 1);
    const ended = () => previews.set(streams, (previews.get(streams) ?? 1) - 1);
    const body = streamPreview(stream, (frame) => draw(frame, input, streams.signal), streams.signal, ended);
    return new Response(body, {
      headers: {
        'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    });
  },
};

export const STREAM_ROUTES: readonly Route[] = [listRoute, getRoute, snapshotRoute, previewRoute];
