import type { Prediction } from '../../../../../tasks/types.ts';
import { Segments } from '../../../../../video/segments.ts';
import { LOOK_INTERVAL } from '../../../../jobs/kinds/annotation.ts';
import { findingLines } from '../../../shared/finding-lines.ts';
import { parseParameters } from '../../../shared/parse-parameters.ts';
import type { Annotation } from '../../../shared/video-annotations.ts';
import { moderationLabels } from '../detect-moderation-labels.ts';
import type { AwsOperation } from '../types.ts';
import { getJob } from './get.ts';
import { segmentTimes } from './label-detection.ts';
import type { Sorted } from './page.ts';
import { askedOf, startJob, startParameters } from './start.ts';

const OPERATION = 'ContentModeration';
const DEFAULT_MIN_CONFIDENCE = 50;

/** `StartContentModeration` */
export const startContentModeration: AwsOperation = async (body, context) => {
  const sent = parseParameters(startParameters, body);
  const minConfidence = sent.MinConfidence ?? DEFAULT_MIN_CONFIDENCE;
  return startJob(sent, { operation: OPERATION, feature: 'moderate', minConfidence, minScore: 0 }, context);
};

/** `GetContentModeration`: labels at a time, or from when to when. */
export const getContentModeration: AwsOperation = (body, context) =>
  getJob(
    body,
    {
      operation: OPERATION,
      list: 'ModerationLabels',
      version: 'ModerationModelVersion',
      items: (annotation, by) => (by === 'SEGMENTS' ? segments(annotation) : moments(annotation)),
    },
    context,
  );

interface Line {
  readonly time: number;
  readonly labels: readonly Prediction[];
}

async function* framesOf(annotation: Annotation) {
  const { minConfidence } = askedOf.parse(annotation.input.asked);
  for await (const { time, labels } of findingLines<Line>(annotation.findings('moderate'))) {
    yield { time, labels: moderationLabels({ predictions: labels }, minConfidence) };
  }
}

async function* moments(annotation: Annotation): AsyncGenerator<Sorted<object>, void> {
  for await (const { time, labels } of framesOf(annotation)) {
    const at = Math.round(time * 1000);
    for (const label of labels) {
      const item = { Timestamp: at, ModerationLabel: label, ContentTypes: [] };
      yield { name: label.Name, time: at, item };
    }
  }
}

async function* segments(annotation: Annotation): AsyncGenerator<Sorted<object>, void> {
  const joined = new Segments(2 * LOOK_INTERVAL);
  for await (const { time, labels } of framesOf(annotation)) {
    joined.update(
      labels.map(({ Name, Confidence }) => ({ label: Name, score: Confidence })),
      time,
    );
  }
  for (const { label, start, end, peak } of joined.all) {
    const times = segmentTimes(start, end);
    const ModerationLabel = { Name: label, ParentName: '', Confidence: peak, TaxonomyLevel: 1 };
    yield { name: label, time: times.Timestamp, item: { ...times, ModerationLabel, ContentTypes: [] } };
  }
}
