import * as z from 'zod';
import { PictorError } from '../../../../errors.ts';
import { parseParameters } from '../../shared/parse-parameters.ts';
import { type SafetyFinding, safetyFinding } from '../../shared/safety-finding.ts';
import { VendorError } from '../../shared/vendor-error.ts';
import { huaweiPicture, readHuaweiPicture } from './picture.ts';
import type { HuaweiOperation } from './types.ts';

const BOUNDS = { formats: ['jpeg', 'png', 'webp', 'gif', 'tiff'], minSide: 20 } as const;

/** What the content-safety model judges; the vendor's other categories have no counterpart. */
const COVERED = 'porn';

const moderationParameters = huaweiPicture.extend({
  event_type: z.string().nullish(),
  categories: z.array(z.enum(['terrorism', 'porn', 'politics', 'image_text'])).nullish(),
  biz_type: z.string().nullish(),
});

/** `POST /v3/{project_id}/moderation/image` */
export const moderation: HuaweiOperation = {
  name: 'moderation/image',
  codes: { IMAGE_TOO_SMALL: 'AIS.0504', IMAGE_TOO_LARGE: 'AIS.0504', IMAGE_TOO_MANY_PIXELS: 'AIS.0504' },
  async answer(parameters, context) {
    const sent = parseParameters(moderationParameters, parameters);
    // A policy of the vendor's console overrides the categories; what it asks for cannot be known here.
    if (!sent.biz_type) checkCategories(sent.categories ?? []);
    const moderator = await context.recognizers.get('moderate');
    const { bytes } = await readHuaweiPicture(sent, BOUNDS, context);
    const answer = await moderator.moderate(bytes, context.call);
    context.observe(answer);
    return { request_id: context.requestId, result: resultOf(safetyFinding(answer)) };
  },
};

/** @throws OPTION_INVALID when there are none, FEATURE_UNSUPPORTED for those that are not covered */
function checkCategories(categories: readonly string[]): void {
  if (categories.length === 0) {
    throw new VendorError('OPTION_INVALID', 'AIS.0011', { expected: '`categories`' });
  }
  const uncovered = categories.filter((one) => one !== COVERED);
  if (uncovered.length === 0) return;
  throw new PictorError('FEATURE_UNSUPPORTED', {
    expected: '`categories` ["porn"]',
    received: uncovered.join(', '),
  });
}

/** Nothing found leaves no category and no details. Confidences are numbers here, from 0 to 1. */
function resultOf({ verdict, score, strongest }: SafetyFinding) {
  if (verdict === 'pass') return { suggestion: verdict, details: [] };
  const confidence = Number(score.toFixed(4));
  return {
    suggestion: verdict,
    category: COVERED,
    details: [{ suggestion: verdict, category: COVERED, label: strongest, confidence }],
  };
}
