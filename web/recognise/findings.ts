/**
 * Answers of all tasks as one kind of list: a name, a score, and where it is.
 *
 * @module
 */
import type { Box } from '../api/types.ts';
import type { Language } from '../base/language.ts';
import type { Answer } from './ask.ts';
import { SAFETY_CLASSES } from './safety-classes.ts';

export interface Finding {
  readonly name: string;
  /** The name in the other language, or the category. */
  readonly more: string;
  readonly score: number;
  readonly boxes: readonly Box[];
  /** Same for findings of one class: decides the colour. */
  readonly group: number;
}

/** From which score on something is shown before anybody moves the slider. */
export const THRESHOLDS = { classify: 0, detect: 0.3, tag: 0.1, moderate: 0 } as const;

export function findingsOf(answer: Answer, language: Language): readonly Finding[] {
  const other = ({ label, zh }: { label: string; zh?: string | undefined }) =>
    language === 'zh' ? label.replaceAll('_', ' ') : (zh ?? '');
  const own = (name: string) => name.replaceAll('_', ' ');
  switch (answer.task) {
    case 'classify':
      return answer.predictions.map((one) => ({
        name: own(one.name),
        more: other(one),
        score: one.score,
        boxes: [],
        group: one.index,
      }));
    case 'detect':
      return answer.detections.map((one) => ({
        name: own(one.name),
        more: other(one),
        score: one.score,
        boxes: [one.box],
        group: one.index,
      }));
    case 'tag':
      return answer.tags.map((one, i) => ({
        name: own(one.name),
        more: one.category[language],
        score: one.score,
        boxes: one.instances.map(({ box }) => box),
        group: i,
      }));
    case 'moderate':
      return Object.entries(answer.scores)
        .sort(([, a], [, b]) => b - a)
        .map(([name, score], i) => ({
          name: SAFETY_CLASSES[name]?.[language] ?? own(name),
          more: '',
          score,
          boxes: [],
          group: i,
        }));
  }
}
