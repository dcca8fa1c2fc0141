import * as z from 'zod';
import { PictorError } from '../../../../../errors.ts';
import type { Tag } from '../../../../../tasks/types.ts';
import { Segments } from '../../../../../video/segments.ts';
import { LOOK_INTERVAL } from '../../../../jobs/kinds/annotation.ts';
import { findingLines } from '../../../shared/finding-lines.ts';
import { parseParameters } from '../../../shared/parse-parameters.ts';
import type { Annotation } from '../../../shared/video-annotations.ts';
import { labelFilter, labelFilters } from '../label-filter.ts';
import { type AwsLabel, labelsOf } from '../labels.ts';
import type { AwsOperation } from '../types.ts';
import { getJob } from './get.ts';
import type { Sorted } from './page.ts';
import { askedOf, startJob, startParameters } from './start.ts';

const OPERATION = 'LabelDetection';
const DEFAULT_MIN_CONFIDENCE = 50;

const parameters = startParameters.extend({
  Features: z
    .array(z.enum(['GENERAL_LABELS']))
    .max(1)
    .nullish(),
  Settings: z.object({ GeneralLabels: labelFilters.nullish() }).nullish(),
});

/** `StartLabelDetection` */
export const startLabelDetection: AwsOperation = async (body, context) => {
  const sent = parseParameters(parameters, body);
  const minConfidence = sent.MinConfidence ?? DEFAULT_MIN_CONFIDENCE;
  const filters = z.json().parse(JSON.parse(JSON.stringify(sent.Settings?.GeneralLabels ?? {})));
  return startJob(
    sent,
    { operation: OPERATION, feature: 'tag', minConfidence, minScore: minConfidence / 100, filters },
    context,
  );
};

/** `GetLabelDetection`: labels at a time with their boxes, or from when to when without. */
export const getLabelDetection: AwsOperation = (body, context) =>
  getJob(
    body,
    {
      operation: OPERATION,
      list: 'Labels',
      version: 'LabelModelVersion',
      items: (annotation, by) => (by === 'SEGMENTS' ? segments(annotation) : moments(annotation)),
    },
    context,
  );

interface Line {
  readonly time: number;
  readonly width: number;
  readonly height: number;
  readonly tags: readonly Tag[];
}

/** Labels of each frame that was looked at, as the request filters them. */
async function* framesOf(annotation: Annotation): AsyncGenerator<{ time: number; labels: AwsLabel[] }, void> {
  const asked = askedOf.parse(annotation.input.asked);
  const filters = labelFilters.safeParse(asked.filters ?? {});
  if (!filters.success) throw new PictorError('INTERNAL');
  const wanted = labelFilter(filters.data);
  for await (const { time, width, height, tags } of findingLines<Line>(annotation.findings('tag'))) {
    yield { time, labels: labelsOf(tags, { width, height }).filter(wanted) };
  }
}

async function* moments(annotation: Annotation): AsyncGenerator<Sorted<object>, void> {
  for await (const { time, labels } of framesOf(annotation)) {
    const at = Math.round(time * 1000);
    for (const label of labels) {
      yield { name: label.Name, time: at, item: { Timestamp: at, Label: label } };
    }
  }
}

async function* segments(annotation: Annotation): AsyncGenerator<Sorted<object>, void> {
  const known = new Map<string, AwsLabel>();
  const joined = new Segments(2 * LOOK_INTERVAL);
  for await (const { time, labels } of framesOf(annotation)) {
    for (const label of labels) known.set(label.Name, label);
    joined.update(
      labels.map(({ Name, Confidence }) => ({ label: Name, score: Confidence })),
      time,
    );
  }
  for (const { label, start, end, peak } of joined.all) {
    const times = segmentTimes(start, end);
    const item = { ...times, Label: { ...known.get(label), Confidence: peak, Instances: [] } };
    yield { name: label, time: times.Timestamp, item };
  }
}

/** Times of a segment as the vendor writes them, milliseconds. */
export function segmentTimes(start: number, end: number) {
  const [from, to] = [Math.round(start * 1000), Math.round(end * 1000)];
  return {
    Timestamp: from,
    StartTimestampMillis: from,
    EndTimestampMillis: to,
    DurationMillis: to - from,
  };
}
