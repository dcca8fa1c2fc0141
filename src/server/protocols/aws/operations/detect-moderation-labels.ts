import * as z from 'zod';
import { PictorError } from '../../../../errors.ts';
import { parseParameters } from '../../shared/parse-parameters.ts';
import { safetyScores } from '../../shared/safety-finding.ts';
import { VendorError } from '../../shared/vendor-error.ts';
import { awsPicture, readAwsPicture } from './picture.ts';
import type { AwsOperation } from './types.ts';

const DEFAULT_MIN_CONFIDENCE = 50;

const moderationParameters = awsPicture.extend({
  MinConfidence: z.number().min(0).max(100).nullish(),
  HumanLoopConfig: z.unknown().optional(),
  ProjectVersion: z.string().nullish(),
});

/**
 * `DetectModerationLabels`. The model tells sexual pictures from others and no more, so the two top-level labels that
 * its classes belong to are all that can be found; levels below would be guessed.
 */
export const detectModerationLabels: AwsOperation = async (parameters, context) => {
  const sent = parseParameters(moderationParameters, parameters);
  if (sent.HumanLoopConfig) {
    throw new PictorError('FEATURE_UNSUPPORTED', { received: '`HumanLoopConfig`' });
  }
  if (sent.ProjectVersion) {
    throw new VendorError('FEATURE_UNSUPPORTED', 'ResourceNotFoundException', {
      received: '`ProjectVersion`: there are no custom adapters here',
    });
  }
  const moderator = await context.recognizers.get('moderate');
  const answer = await moderator.moderate(await readAwsPicture(sent, context), context.call);
  context.observe(answer);
  return {
    ModerationLabels: moderationLabels(answer, sent.MinConfidence ?? DEFAULT_MIN_CONFIDENCE),
    ModerationModelVersion: moderator.model.id,
    ContentTypes: [],
  };
};

/**
 * The labels for a moderator's classes, surest first.
 *
 * @param least 0..100
 */
export function moderationLabels(answer: Parameters<typeof safetyScores>[0], least: number) {
  const { explicit, suggestive } = safetyScores(answer);
  return [
    topLevel('Explicit', explicit),
    topLevel('Non-Explicit Nudity of Intimate parts and Kissing', suggestive),
  ]
    .filter(({ Confidence }) => Confidence >= least)
    .sort((a, b) => b.Confidence - a.Confidence);
}

function topLevel(name: string, score: number) {
  return { Name: name, ParentName: '', Confidence: score * 100, TaxonomyLevel: 1 };
}
