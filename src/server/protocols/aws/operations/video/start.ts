/**
 * `Start…`: what all operations on stored videos have in common.
 *
 * @module
 */
import * as z from 'zod';
import { isPictorError, PictorError } from '../../../../../errors.ts';
import type { AnnotationFeature } from '../../../../jobs/kinds/annotation.ts';
import type { Json } from '../../../../jobs/types.ts';
import { VendorError } from '../../../shared/vendor-error.ts';
import type { ProtocolContext } from '../../../types.ts';

export const PROTOCOL = 'aws';

/** What every `Start…` takes. */
export const startParameters = z.object({
  Video: z.object({
    S3Object: z.object({
      Bucket: z.string().min(1).max(255),
      Name: z.string().min(1).max(1024),
      Version: z.string().nullish(),
    }),
  }),
  ClientRequestToken: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .nullish(),
  MinConfidence: z.number().min(0).max(100).nullish(),
  NotificationChannel: z.unknown().optional(),
  JobTag: z
    .string()
    .regex(/^[\w.:-]{1,1024}$/)
    .nullish(),
});

/** What answers repeat, and what they depend on. */
export const askedOf = z.object({
  bucket: z.string(),
  name: z.string(),
  tag: z.string().exactOptional(),
  minConfidence: z.number(),
  filters: z.json().exactOptional(),
});

/** What is not the same in all of them. */
export interface StartOperation {
  /** Without `Start`. */
  readonly operation: string;
  readonly feature: AnnotationFeature;
  readonly minConfidence: number;
  /** 0..1: what is less sure is not kept. */
  readonly minScore: number;
  readonly filters?: Json;
}

/**
 * Makes the job.
 *
 * @throws FEATURE_UNSUPPORTED, VendorError `InvalidS3ObjectException` and `IdempotentParameterMismatchException`
 */
export async function startJob(
  sent: z.output<typeof startParameters>,
  { operation, feature, minConfidence, minScore, filters }: StartOperation,
  context: ProtocolContext,
): Promise<{ readonly JobId: string }> {
  if (sent.NotificationChannel) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'no `NotificationChannel`: nothing is published here',
      fix: `Ask with Get${operation} until JobStatus is not IN_PROGRESS`,
    });
  }
  const { Bucket: bucket, Name: name, Version } = sent.Video.S3Object;
  if (Version) throw invalidObject('`Version`: a folder holds one version of a file');
  // A model that is not served is said now.
  await context.recognizers.get(feature);
  const videos = await context.videos();
  try {
    const { job } = await videos.start({
      protocol: PROTOCOL,
      operation,
      features: [feature],
      video: { bucket, name },
      minScore,
      token: sent.ClientRequestToken ?? undefined,
      asked: {
        bucket,
        name,
        ...(sent.JobTag && { tag: sent.JobTag }),
        minConfidence,
        ...(filters !== undefined && { filters }),
      },
    });
    return { JobId: job.id };
  } catch (thrown) {
    if (!isPictorError(thrown)) throw thrown;
    if (thrown.code === 'VIDEO_NOT_FOUND') throw invalidObject(`s3://${bucket}/${name}`, thrown);
    if (thrown.code === 'OPTION_INVALID')
      throw new VendorError('OPTION_INVALID', 'IdempotentParameterMismatchException', {
        expected: 'a `ClientRequestToken` of its own for another request',
      });
    if (thrown.code === 'OVERLOADED' || thrown.code === 'JOB_STORAGE_FULL')
      throw new VendorError(thrown.code, 'LimitExceededException', { expected: 'fewer jobs at a time' });
    throw thrown;
  }
}

function invalidObject(received: string, cause?: unknown): VendorError {
  return new VendorError('VIDEO_NOT_FOUND', 'InvalidS3ObjectException', {
    expected: 'a video in a bucket that the operator permitted (`jobs.videoFolders`)',
    received: received.slice(0, 200),
    cause,
  });
}
