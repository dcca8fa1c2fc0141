import { createHash } from 'node:crypto';
import * as z from 'zod';
import { PictorError } from '../../../../errors.ts';
import type { PictureFormat } from '../../../../image/types.ts';
import type { Verdict } from '../../../../tasks/types.ts';
import { parseParameters } from '../../shared/parse-parameters.ts';
import { type SafetyFinding, safetyFinding } from '../../shared/safety-finding.ts';
import { VendorError } from '../../shared/vendor-error.ts';
import { type PictureBounds, readVendorPicture, type VendorPicture } from '../../shared/vendor-picture.ts';
import { percent } from '../percent.ts';
import type { TencentAction } from './types.ts';

const SUGGESTIONS: Readonly<Record<Verdict, string>> = { pass: 'Pass', review: 'Review', block: 'Block' };

const wholeNumber = z.union([
  z.int().min(0),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);

const moderationParameters = z.object({
  BizType: z.string().max(128).nullish(),
  DataId: z.string().nullish(),
  FileContent: z.string().nullish(),
  FileUrl: z.string().nullish(),
  Interval: wholeNumber.nullish(),
  MaxFrames: wholeNumber.nullish(),
  Type: z.string().nullish(),
});

type Parameters = z.output<typeof moderationParameters>;

interface Edition {
  readonly bounds: PictureBounds;
  /** Members that only this edition of the API has. */
  extra(finding: SafetyFinding, bytes: Uint8Array): object;
}

const MIB = 1024 * 1024;
const SIDES = { minBytes: 16, minSide: 50, maxSide: 10_000, maxRatio: 90 } as const;

/** `ImageModeration` of version 2020-12-29. */
export const imageModeration: TencentAction = moderation({
  bounds: { ...SIDES, maxText: 10 * MIB, maxBytes: 30 * MIB },
  extra: (_, bytes) => ({ FileMD5: createHash('md5').update(bytes).digest('hex') }),
});

/** `ImageModeration` of version 2020-07-13. */
export const imageModeration2020: TencentAction = moderation({
  bounds: { ...SIDES, maxBytes: 5 * MIB },
  extra: ({ verdict }) => ({ HitFlag: verdict === 'pass' ? 0 : 1 }),
});

/**
 * Sexual content is the one thing that the model judges. The lists for objects, text and known pictures are null, the
 * vendor's word for "not looked at".
 */
function moderation({ bounds, extra }: Edition): TencentAction {
  return {
    service: 'ims',
    async answer(parameters, context) {
      const sent = parseParameters(moderationParameters, parameters);
      checkDataId(sent.DataId);
      checkType(sent.Type);
      const moderator = await context.recognizers.get('moderate');
      const { bytes, info } = await readVendorPicture(pictureOf(sent), bounds, context);
      checkFrames(sent, info.format);
      const answer = await moderator.moderate(bytes, context.call);
      context.observe(answer);
      const finding = safetyFinding(answer);
      const verdict = verdictOf(finding);
      return {
        ...verdict,
        LabelResults: [{ Scene: 'Porn', ...verdict, Details: detailsOf(finding) }],
        ObjectResults: null,
        OcrResults: null,
        LibResults: null,
        DataId: sent.DataId ?? '',
        BizType: sent.BizType ?? '',
        Extra: '',
        RecognitionResults: [],
        ...extra(finding, bytes),
      };
    },
  };
}

function verdictOf({ verdict, kind, score, strongest }: SafetyFinding) {
  const normal = kind === 'normal';
  return {
    Suggestion: SUGGESTIONS[verdict],
    Label: normal ? 'Normal' : 'Porn',
    SubLabel: normal ? '' : strongest,
    Score: percent(score),
  };
}

/** The model's own classes, by its own names. */
function detailsOf({ classes }: SafetyFinding) {
  return classes.map(({ index, label, score }) => ({ Id: index, Name: label, Score: percent(score) }));
}

function pictureOf({ FileContent: text, FileUrl: url }: Parameters): VendorPicture {
  if (text) return { kind: 'base64', text };
  if (url) return { kind: 'url', url };
  throw new PictorError('IMAGE_MISSING', { expected: '`FileContent` or `FileUrl`' });
}

function checkDataId(dataId: string | null | undefined): void {
  if (!dataId || /^[A-Za-z0-9_\-@#]{1,64}$/.test(dataId)) return;
  throw new VendorError('OPTION_INVALID', 'InvalidParameterValue.InvalidDataId', {
    expected: '`DataId` of at most 64 letters, digits and _ - @ #',
  });
}

function checkType(type: string | null | undefined): void {
  if (!type || type === 'IMAGE') return;
  if (type !== 'IMAGE_AIGC') throw new PictorError('OPTION_INVALID', { expected: '`Type`: IMAGE' });
  throw new PictorError('FEATURE_UNSUPPORTED', { received: '`Type` IMAGE_AIGC' });
}

/** Frames of a GIF are sampled where both are given. Passing over them in silence would let through what they show. */
function checkFrames({ Interval: interval, MaxFrames: frames }: Parameters, format: PictureFormat): void {
  if (format !== 'gif' || !interval || !frames || frames <= 1) return;
  throw new PictorError('FEATURE_UNSUPPORTED', {
    expected: '`MaxFrames` 1 or `Interval` 0: the first frame of a GIF is looked at',
    received: `${frames} frames`,
  });
}
