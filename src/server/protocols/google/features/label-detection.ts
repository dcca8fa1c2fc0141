import { sentenceName } from '../../shared/names.ts';
import type { Feature } from './types.ts';

const DEFAULT_MAX_RESULTS = 10;

/** LABEL_DETECTION. Ids are Pictor's own and stable; topicality is left out, since nothing measures it. */
export const labelDetection: Feature = async (findings, maxResults = DEFAULT_MAX_RESULTS) => {
  const { context } = findings;
  const answer = await findings.tagsOf(await context.recognizers.get('tag'));
  context.observe(answer);
  const labels = answer.tags.slice(0, maxResults);
  return {
    labelAnnotations: labels.map(({ id, label, score }) => ({
      mid: id,
      description: sentenceName(label),
      score,
    })),
  };
};
