import * as z from 'zod';
import { PictorError } from '../../../../errors.ts';
import type { AnnotationFeature } from '../../../jobs/kinds/annotation.ts';
import { parseParameters } from '../../shared/parse-parameters.ts';
import type { VideoPlace } from '../../shared/video-annotations.ts';

/** The vendor's features by its numbers. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'LABEL_DETECTION',
  2: 'SHOT_CHANGE_DETECTION',
  3: 'EXPLICIT_CONTENT_DETECTION',
  4: 'FACE_DETECTION',
  6: 'SPEECH_TRANSCRIPTION',
  7: 'TEXT_DETECTION',
  9: 'OBJECT_TRACKING',
  12: 'LOGO_RECOGNITION',
  14: 'PERSON_DETECTION',
};

/** What looks for them. */
const FEATURES: ReadonlyMap<string, AnnotationFeature> = new Map([
  ['LABEL_DETECTION', 'tag'],
  ['EXPLICIT_CONTENT_DETECTION', 'moderate'],
  ['OBJECT_TRACKING', 'detect'],
] as const);

const MODES = ['LABEL_DETECTION_MODE_UNSPECIFIED', 'SHOT_MODE', 'FRAME_MODE', 'SHOT_AND_FRAME_MODE'] as const;

const threshold = z.number().min(0).max(1).nullish();

const parameters = z.object({
  inputUri: z.string().max(2000).nullish(),
  inputContent: z.string().nullish(),
  features: z.array(z.union([z.int().transform((number) => NAMES[number] ?? String(number)), z.string()])),
  outputUri: z.string().nullish(),
  locationId: z.string().max(100).nullish(),
  videoContext: z
    .object({
      segments: z.array(z.unknown()).nullish(),
      labelDetectionConfig: z
        .object({
          labelDetectionMode: z
            .union([z.int().transform((number) => MODES[number] ?? MODES[0]), z.enum(MODES)])
            .nullish(),
          frameConfidenceThreshold: threshold,
          videoConfidenceThreshold: threshold,
        })
        .nullish(),
    })
    .nullish(),
});

/** What answers depend on. */
export const askedOf = z.object({
  uri: z.string(),
  location: z.string(),
  frames: z.boolean(),
  frameThreshold: z.number(),
  videoThreshold: z.number(),
});

/** A request as it is worked on. */
export interface VideoRequest {
  readonly features: readonly AnnotationFeature[];
  readonly video: VideoPlace;
  readonly asked: z.output<typeof askedOf>;
}

/**
 * Reads the body of `videos:annotate`.
 *
 * @throws OPTION_INVALID, FEATURE_UNSUPPORTED, VIDEO_NOT_FOUND
 */
export function readVideoRequest(body: Readonly<Record<string, unknown>>): VideoRequest {
  const sent = parseParameters(parameters, body);
  const { inputUri, inputContent, outputUri, locationId, videoContext } = sent;
  const unsupported = (expected: string, received: string) =>
    new PictorError('FEATURE_UNSUPPORTED', { expected, received: received.slice(0, 100) });
  if (outputUri) throw unsupported('no `outputUri`: the answer is in the operation', outputUri);
  if (videoContext?.segments?.length) throw unsupported('the whole video', '`videoContext.segments`');
  const features = [...new Set(sent.features)].map((name) => {
    const feature = FEATURES.get(name);
    if (feature) return feature;
    throw unsupported([...FEATURES.keys()].join(', '), name);
  });
  if (features.length === 0)
    throw new PictorError('OPTION_INVALID', { expected: '`features`', received: 'none' });
  const config = videoContext?.labelDetectionConfig;
  const mode = config?.labelDetectionMode;
  return {
    features,
    video: placeOf(inputUri, inputContent),
    asked: {
      uri: inputUri?.replace(/^gs:\//, '') ?? '',
      location: /^[\w-]+$/.test(locationId ?? '') ? (locationId ?? '') : 'local',
      frames: mode === 'FRAME_MODE' || mode === 'SHOT_AND_FRAME_MODE',
      frameThreshold: config?.frameConfidenceThreshold || 0.4,
      videoThreshold: config?.videoConfidenceThreshold || 0.3,
    },
  };
}

function placeOf(uri: string | null | undefined, content: string | null | undefined): VideoPlace {
  if (content) {
    const bytes = Buffer.from(content, 'base64');
    if (bytes.length > 0) return { bytes };
  }
  const [, bucket, name] = /^gs:\/\/([^/]+)\/([^*?]+)$/.exec(uri ?? '') ?? [];
  if (bucket !== undefined && name !== undefined) return { bucket, name };
  throw new PictorError('OPTION_INVALID', {
    expected: '`inputContent` as base64, or `inputUri` as gs://bucket/name of one video',
    received: (uri ?? '').slice(0, 100) || 'neither',
  });
}
