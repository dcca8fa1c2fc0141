import { throwIfAborted } from '../../../base/bounded.ts';
import { mapAtMost } from '../../../base/map-at-most.ts';
import { isPictorError, type PictorError } from '../../../errors.ts';
import { publicMessage } from '../../http/error-response.ts';
import { parseParameters } from '../shared/parse-parameters.ts';
import { type ReadPicture, readVendorPicture } from '../shared/vendor-picture.ts';
import type { ProtocolContext } from '../types.ts';
import { FEATURES } from './features/index.ts';
import type { EnumStyle, PictureFindings } from './features/types.ts';
import { findingsOf } from './picture-findings.ts';
import { annotateParameters, checkBatch, type FeatureRequest, type PictureRequest } from './request.ts';
import { googleStatus } from './status.ts';
import { unsupportedFeature } from './unsupported.ts';

/** Pictures of a batch that are read and looked at together: the others' bytes are not in memory. */
const MAX_AT_ONCE = 2;

/** The vendor's limit for one picture, bytes. */
const MAX_BYTES = 20 * 1024 * 1024;

const BOUNDS = { formats: ['jpeg', 'png', 'gif', 'bmp', 'webp', 'tiff'], maxBytes: MAX_BYTES } as const;

/**
 * Answers a batch: one response for each picture, in the order of the requests.
 *
 * @param parameters the JSON body, not yet checked
 * @param enums how the client wants enumerations
 * @throws OPTION_INVALID, IMAGE_MISSING and whatever is no fault of a picture: OVERLOADED, DEADLINE_EXCEEDED, …
 */
export async function annotate(
  parameters: Readonly<Record<string, unknown>>,
  enums: EnumStyle,
  context: ProtocolContext,
): Promise<object> {
  const { requests } = parseParameters(annotateParameters, parameters);
  const pictures = requests ?? [];
  checkBatch(pictures);
  const responses = await mapAtMost(MAX_AT_ONCE, pictures, (picture) => {
    throwIfAborted(context.signal);
    return annotateOne(picture, enums, context);
  });
  return { responses };
}

/** Features that cannot be answered leave the others as they are: the vendor's answers may hold both. */
async function annotateOne(request: PictureRequest, enums: EnumStyle, context: ProtocolContext) {
  let picture: ReadPicture;
  try {
    picture = await readVendorPicture(pictureOf(request), BOUNDS, context);
  } catch (thrown) {
    return { error: statusOf(ofPicture(thrown)) };
  }
  try {
    const findings = findingsOf(picture, request, enums, context);
    const work = distinctFeatures(request).map((feature) => annotateFeature(feature, findings));
    // To the end also where one has failed: their memory is given back afterwards.
    await Promise.allSettled(work);
    // Of several errors the first one stays.
    return Object.assign({}, ...(await Promise.all(work)).toReversed());
  } finally {
    picture.release();
  }
}

/** Each feature once, however often it was asked for: the first wish for it counts. */
function distinctFeatures({ features }: PictureRequest): readonly FeatureRequest[] {
  return [
    ...new Map((features ?? []).toReversed().map((feature) => [feature.type, feature])).values(),
  ].toReversed();
}

async function annotateFeature(
  { type, maxResults }: FeatureRequest,
  findings: PictureFindings,
): Promise<object> {
  try {
    const annotateWith = FEATURES.get(type);
    if (annotateWith === undefined) throw unsupportedFeature(type);
    return await annotateWith(findings, maxResults && maxResults > 0 ? maxResults : undefined);
  } catch (thrown) {
    return { error: statusOf(ofPicture(thrown)) };
  }
}

/** What a picture or a feature is to blame for; everything else goes on. */
function ofPicture(thrown: unknown): PictorError {
  if (!isPictorError(thrown)) throw thrown;
  const own =
    thrown.code.startsWith('IMAGE_') ||
    thrown.code === 'FEATURE_UNSUPPORTED' ||
    thrown.code === 'MODEL_UNKNOWN' ||
    thrown.code === 'MODEL_TASK_MISMATCH' ||
    thrown.code === 'OPTION_INVALID';
  if (!own) throw thrown;
  return thrown;
}

function statusOf(error: PictorError) {
  return { code: googleStatus(error).code, message: publicMessage(error) };
}

function pictureOf({ image }: PictureRequest) {
  const { content, source } = image ?? {};
  if (content) return { kind: 'base64', text: content } as const;
  return { kind: 'url', url: source?.imageUri || source?.gcsImageUri || '' } as const;
}
