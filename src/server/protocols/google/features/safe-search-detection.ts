import { VERDICT_THRESHOLDS } from '../../../../tasks/moderate/moderate.ts';
import { safetyScores } from '../../shared/safety-finding.ts';
import type { EnumStyle, Feature } from './types.ts';

const LIKELIHOODS = ['UNKNOWN', 'VERY_UNLIKELY', 'UNLIKELY', 'POSSIBLE', 'LIKELY', 'VERY_LIKELY'] as const;

type Likelihood = (typeof LIKELIHOODS)[number];

/** SAFE_SEARCH_DETECTION. What the model does not judge is UNKNOWN. */
export const safeSearchDetection: Feature = async ({ bytes, enums, context }) => {
  const moderator = await context.recognizers.get('moderate');
  const answer = await moderator.moderate(bytes, context.call);
  context.observe(answer);
  const { explicit, suggestive } = safetyScores(answer);
  const safeSearchAnnotation = {
    adult: likelihood(explicit),
    spoof: 'UNKNOWN',
    medical: 'UNKNOWN',
    violence: 'UNKNOWN',
    // What is explicit is racy as well.
    racy: likelihood(Math.min(1, explicit + suggestive)),
  } as const satisfies Record<string, Likelihood>;
  const entries = Object.entries(safeSearchAnnotation);
  return {
    safeSearchAnnotation: Object.fromEntries(entries.map(([name, value]) => [name, written(value, enums)])),
  };
};

/** LIKELY begins where a verdict blocks, POSSIBLE where it asks for a look. */
function likelihood(score: number): Likelihood {
  const { blockExplicit, reviewExplicit } = VERDICT_THRESHOLDS;
  if (score >= 0.9) return 'VERY_LIKELY';
  if (score >= blockExplicit) return 'LIKELY';
  if (score >= reviewExplicit) return 'POSSIBLE';
  return score >= 0.1 ? 'UNLIKELY' : 'VERY_UNLIKELY';
}

/** How likely something explicit is. @param score 0..1 */
export function likelihoodOf(score: number, enums: EnumStyle): string | number {
  return written(likelihood(score), enums);
}

function written(value: Likelihood, enums: EnumStyle): string | number {
  return enums === 'names' ? value : LIKELIHOODS.indexOf(value);
}
