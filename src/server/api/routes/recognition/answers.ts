/**
 * Answers of the tasks as the native API writes them.
 *
 * @module
 */
import type { Timings } from '../../../../engine/types.ts';
import type { Detection, Familiarity, Prediction, Tag } from '../../../../tasks/types.ts';

export type Language = 'en' | 'zh';

interface Named {
  readonly label: string;
  readonly zh?: string;
}

/** The label in the language asked for; English where there is no other. */
export function nameIn(language: Language | undefined, { label, zh }: Named): string {
  return language === 'zh' ? (zh ?? label) : label;
}

/** Synonyms stay in the library: they would double every answer. */
export function predictionAnswerOf(prediction: Prediction, language: Language | undefined) {
  const { label, zh, synset, index, score } = prediction;
  return {
    name: nameIn(language, prediction),
    label,
    ...(zh === undefined ? {} : { zh }),
    ...(synset === undefined ? {} : { synset }),
    index,
    score: rounded(score, 6),
  };
}

export function detectionAnswerOf(detection: Detection, language: Language | undefined) {
  const { x, y, width, height } = detection.box;
  const box = { x: rounded(x, 2), y: rounded(y, 2), width: rounded(width, 2), height: rounded(height, 2) };
  const { frame } = detection;
  return { ...predictionAnswerOf(detection, language), box, ...(frame !== undefined && { frame }) };
}

export function tagAnswerOf(tag: Tag, language: Language | undefined) {
  return { name: nameIn(language, tag), ...tag };
}

/** Whether the picture is like those that the model was trained on; nothing for models that cannot tell. */
export function familiarityAnswerOf(
  { unknown, nearest, distance }: Partial<Familiarity>,
  language: Language | undefined,
) {
  if (unknown === undefined || nearest === undefined || distance === undefined) return {};
  const { label, zh, index } = nearest;
  const named = { name: nameIn(language, nearest), label, ...(zh === undefined ? {} : { zh }), index };
  return { unknown, nearest: named, distance: rounded(distance, 6) };
}

/** Milliseconds to the microsecond. */
export function timingsAnswerOf({ queue, decode, inference }: Timings): Timings {
  return { queue: rounded(queue, 3), decode: rounded(decode, 3), inference: rounded(inference, 3) };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
