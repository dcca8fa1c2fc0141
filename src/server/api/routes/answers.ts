/**
 * Answers of the tasks as the native API writes them.
 *
 * @module
 */
import type { Timings } from '../../../engine/types.ts';
import type { Detection, Prediction, Tag } from '../../../tasks/types.ts';

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
  return { ...predictionAnswerOf(detection, language), box };
}

export function tagAnswerOf(tag: Tag, language: Language | undefined) {
  return { name: nameIn(language, tag), ...tag };
}

/** Milliseconds to the microsecond. */
export function timingsAnswerOf({ queue, decode, inference }: Timings): Timings {
  return { queue: rounded(queue, 3), decode: rounded(decode, 3), inference: rounded(inference, 3) };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
