/**
 * `Get…`: the state of a job, and its findings page by page.
 *
 * @module
 */
import { extname } from 'node:path';
import * as z from 'zod';
import { annotationResult } from '../../../../jobs/kinds/annotation.ts';
import { parseParameters } from '../../../shared/parse-parameters.ts';
import { VendorError } from '../../../shared/vendor-error.ts';
import type { Annotation } from '../../../shared/video-annotations.ts';
import type { ProtocolContext } from '../../../types.ts';
import { type Cursor, pageOf, readToken, type SortBy, type Sorted, writeToken } from './page.ts';
import { askedOf, PROTOCOL } from './start.ts';

const getParameters = z.object({
  JobId: z
    .string()
    .regex(/^[\w-]+$/)
    .max(64),
  MaxResults: z.int().min(1).nullish(),
  NextToken: z.string().max(255).nullish(),
  SortBy: z.enum(['NAME', 'TIMESTAMP']).nullish(),
  AggregateBy: z.enum(['TIMESTAMPS', 'SEGMENTS']).nullish(),
});

const MOST_RESULTS = 1000;

/** How one of the operations writes its findings. */
export interface GetOperation<Item> {
  /** Without `Get`. */
  readonly operation: string;
  /** Name of the list in the answer, and of the version of the model. */
  readonly list: string;
  readonly version: string;
  items(annotation: Annotation, by: 'TIMESTAMPS' | 'SEGMENTS'): AsyncIterable<Sorted<Item>>;
}

/** Answers a `Get…`. */
export async function getJob<Item>(
  parameters: Readonly<Record<string, unknown>>,
  { operation, list, version, items }: GetOperation<Item>,
  context: ProtocolContext,
): Promise<object> {
  const sent = parseParameters(getParameters, parameters);
  const annotation = (await context.videos()).find(sent.JobId, PROTOCOL, operation);
  if (annotation === undefined) {
    throw new VendorError('JOB_UNKNOWN', 'ResourceNotFoundException', { received: sent.JobId });
  }
  const { status } = annotation.job;
  const asked = askedOf.parse(annotation.input.asked);
  const sortBy: SortBy = sent.SortBy ?? 'TIMESTAMP';
  const aggregateBy = sent.AggregateBy ?? 'TIMESTAMPS';
  const named = {
    JobId: annotation.job.id,
    Video: { S3Object: { Bucket: asked.bucket, Name: asked.name } },
    ...(asked.tag !== undefined && { JobTag: asked.tag }),
    GetRequestMetadata: { SortBy: sortBy, AggregateBy: aggregateBy },
  };
  if (status.state === 'queued' || status.state === 'running') {
    return { JobStatus: 'IN_PROGRESS', [list]: [], ...named };
  }
  if (status.state !== 'done') {
    const why = status.state === 'failed' ? status.error.message : `The job was ${status.state}.`;
    return { JobStatus: 'FAILED', StatusMessage: why, [list]: [], ...named };
  }
  const result = annotationResult.parse(status.result);
  const after: Cursor | undefined = sent.NextToken
    ? readToken(sent.NextToken, sortBy, aggregateBy)
    : undefined;
  const most = Math.min(sent.MaxResults ?? MOST_RESULTS, MOST_RESULTS);
  const { found, last } = await pageOf(items(annotation, aggregateBy), sortBy, after, most);
  return {
    JobStatus: 'SUCCEEDED',
    ...(result.incomplete !== undefined && {
      StatusMessage: `The video is incomplete: ${result.incomplete}.`,
    }),
    VideoMetadata: metadataOf(result, asked.name),
    [list]: found,
    ...(last && { NextToken: writeToken(last, sortBy, aggregateBy) }),
    [version]: Object.values(result.models)[0] ?? '',
    ...named,
  };
}

function metadataOf({ source, seconds }: z.output<typeof annotationResult>, name: string) {
  const { codec, duration = seconds, frameRate, width, height } = source;
  return {
    ...(codec !== undefined && { Codec: codec }),
    DurationMillis: Math.round(duration * 1000),
    ...(/^\.(mp4|m4v|mov)$/i.test(extname(name)) && { Format: 'QuickTime / MOV' }),
    ...(frameRate !== undefined && { FrameRate: frameRate }),
    FrameHeight: height,
    FrameWidth: width,
  };
}
