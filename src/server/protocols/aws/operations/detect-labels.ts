import * as z from 'zod';
import type { ImageProperties } from '../../../../image/properties/image-properties.ts';
import type { BorrowedRecognizer } from '../../../../tasks/registry.ts';
import { parseParameters } from '../../shared/parse-parameters.ts';
import type { ProtocolContext } from '../../types.ts';
import { labelFilter, labelFilters } from './label-filter.ts';
import { labelsOf } from './labels.ts';
import { awsPicture, readAwsPicture } from './picture.ts';
import type { AwsOperation } from './types.ts';

/** What the vendor takes where the request has none. */
const DEFAULTS = { maxLabels: 1000, minConfidence: 55, maxColors: 10 } as const;

const detectLabelsParameters = awsPicture.extend({
  MaxLabels: z.int().min(0).nullish(),
  MinConfidence: z.number().min(0).max(100).nullish(),
  Features: z
    .array(z.enum(['GENERAL_LABELS', 'IMAGE_PROPERTIES']))
    .max(2)
    .nullish(),
  Settings: z
    .object({
      GeneralLabels: labelFilters.nullish(),
      ImageProperties: z.object({ MaxDominantColors: z.int().min(0).max(12).nullish() }).nullish(),
    })
    .nullish(),
});

type Parameters = z.output<typeof detectLabelsParameters>;

/** `DetectLabels`. The vendor's own numbers for its models mean nothing here, so the version names the model. */
export const detectLabels: AwsOperation = async (parameters, context) => {
  const sent = parseParameters(detectLabelsParameters, parameters);
  const features = new Set(sent.Features?.length ? sent.Features : (['GENERAL_LABELS'] as const));
  const tagger = features.has('GENERAL_LABELS') ? await context.recognizers.get('tag') : undefined;
  const bytes = await readAwsPicture(sent, context);
  const [labels, properties] = await Promise.all([
    tagger && generalLabels(bytes, sent, tagger, context),
    features.has('IMAGE_PROPERTIES') && propertiesOf(bytes, sent, context),
  ]);
  return { ...(labels ?? { Labels: [] }), ...(properties && { ImageProperties: properties }) };
};

async function generalLabels(
  bytes: Uint8Array,
  { MaxLabels, MinConfidence, Settings }: Parameters,
  tagger: BorrowedRecognizer<'tag'>,
  context: ProtocolContext,
) {
  const minScore = (MinConfidence ?? DEFAULTS.minConfidence) / 100;
  const answer = await tagger.tag(bytes, { ...context.call, minScore, maxTags: 1000 });
  context.observe(answer);
  const wanted = labelFilter(Settings?.GeneralLabels ?? {});
  const most = Math.min(MaxLabels ?? DEFAULTS.maxLabels, DEFAULTS.maxLabels);
  const labels = labelsOf(answer.tags, answer.picture).filter(wanted).slice(0, most);
  return { Labels: labels, LabelModelVersion: tagger.model.id };
}

/** Of the whole picture: foreground and background are not told apart, and no colour gets a name. */
async function propertiesOf(bytes: Uint8Array, { Settings }: Parameters, context: ProtocolContext) {
  const most = Settings?.ImageProperties?.MaxDominantColors ?? DEFAULTS.maxColors;
  const { signal, limits } = context;
  const options = { maxColors: Math.max(1, most), signal, limits: limits.image };
  const found = await context.pixels.imageProperties(bytes, options);
  const { brightness, sharpness, contrast } = found;
  return {
    Quality: { Brightness: brightness, Sharpness: sharpness, Contrast: contrast },
    DominantColors: found.dominantColors.slice(0, most).map(dominantColor),
  };
}

function dominantColor({ red, green, blue, share }: ImageProperties['dominantColors'][number]) {
  const hex = [red, green, blue].map((level) => level.toString(16).padStart(2, '0')).join('');
  return { Red: red, Green: green, Blue: blue, HexCode: `#${hex}`, PixelPercent: share * 100 };
}
