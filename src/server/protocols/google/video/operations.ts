/**
 * Long-running operations: `videos:annotate` starts one, the vendor's clients ask for it until it is done.
 *
 * @module
 */
import { ERROR_TABLE, isPictorError, PictorError } from '../../../../errors.ts';
import { annotationResult } from '../../../jobs/kinds/annotation.ts';
import type { Annotation } from '../../shared/video-annotations.ts';
import type { ProtocolContext } from '../../types.ts';
import type { EnumStyle } from '../features/types.ts';
import { googleStatus } from '../status.ts';
import { askedOf, readVideoRequest } from './request.ts';
import { annotationResults, duration } from './results.ts';

const PROTOCOL = 'google';
const OPERATION = 'videos:annotate';
const TYPES = 'type.googleapis.com/google.cloud.videointelligence.v1.';

/** Starts an operation. */
export async function startAnnotation(
  body: Readonly<Record<string, unknown>>,
  context: ProtocolContext,
): Promise<object> {
  const { features, video, asked } = readVideoRequest(body);
  // A model that is not served is said now.
  for (const feature of features) await context.recognizers.get(feature);
  const videos = await context.videos();
  const { job } = await videos
    .start({
      protocol: PROTOCOL,
      operation: OPERATION,
      features,
      video,
      minScore: Math.min(asked.frameThreshold, asked.videoThreshold),
      asked,
    })
    .catch((thrown: unknown) => {
      // The operation itself must not look as if it did not exist.
      if (isPictorError(thrown) && thrown.code === 'VIDEO_NOT_FOUND') {
        throw new PictorError('OPTION_INVALID', {
          expected: '`inputUri` of a video in a bucket that the operator permitted (`jobs.videoFolders`)',
          received: asked.uri,
          cause: thrown,
        });
      }
      throw thrown;
    });
  return { name: nameOf(job.id, asked.location) };
}

/** The state of an operation, with its answer when it is done. */
export async function getOperation(id: string, enums: EnumStyle, context: ProtocolContext): Promise<object> {
  const annotation = await find(id, context);
  const asked = askedOf.parse(annotation.input.asked);
  const { status, createdAt } = annotation.job;
  const name = nameOf(id, asked.location);
  const now = 'endedAt' in status ? status.endedAt : context.clock();
  const fraction = status.state === 'running' ? (status.progress?.fraction ?? 0) : 0;
  const metadata = {
    '@type': `${TYPES}AnnotateVideoProgress`,
    annotationProgress: [
      {
        ...(asked.uri !== '' && { inputUri: asked.uri }),
        progressPercent: status.state === 'done' ? 100 : Math.floor(100 * fraction),
        startTime: new Date(createdAt).toISOString(),
        updateTime: new Date(now).toISOString(),
      },
    ],
  };
  if (!('endedAt' in status)) return { name, metadata, done: false };
  if (status.state !== 'done') return { name, metadata, done: true, error: errorOf(annotation) };
  const result = annotationResult.parse(status.result);
  const results = await annotationResults(annotation, asked, result, enums);
  const whole = { startTimeOffset: '0s', endTimeOffset: duration(result.source.duration ?? result.seconds) };
  const response = {
    '@type': `${TYPES}AnnotateVideoResponse`,
    annotationResults: [{ ...(asked.uri !== '' && { inputUri: asked.uri }), segment: whole, ...results }],
  };
  return { name, metadata, done: true, response };
}

/** Ends an operation that waits or works. */
export async function cancelOperation(id: string, context: ProtocolContext): Promise<object> {
  const annotation = await find(id, context);
  await (await context.videos()).cancel(annotation);
  return {};
}

async function find(id: string, context: ProtocolContext): Promise<Annotation> {
  const found = (await context.videos()).find(id, PROTOCOL, OPERATION);
  if (found) return found;
  throw new PictorError('JOB_UNKNOWN', { received: id.slice(0, 40) });
}

function nameOf(id: string, location: string): string {
  return `projects/pictor/locations/${location}/operations/${id}`;
}

/** google.rpc.Status */
function errorOf({ job: { status } }: Annotation) {
  if (status.state === 'failed') {
    const { code, message } = status.error;
    return { code: googleStatus(new PictorError(code)).code, message };
  }
  // CANCELLED, and ABORTED for what the end of the server cut off.
  return status.state === 'cancelled'
    ? { code: 1, message: 'The operation was cancelled.' }
    : { code: 10, message: `${ERROR_TABLE.SERVER_STOPPING.title}; start the operation again.` };
}
