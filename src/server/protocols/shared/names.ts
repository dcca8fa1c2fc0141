import type { Label } from '../../../tasks/types.ts';

/** The language of labels in an answer. */
export type Language = 'zh' | 'en';

/**
 * A label as a person reads it: Chinese, or English with blanks for the underscores of ImageNet's names. A model's own
 * label without a Chinese name is the same in both.
 *
 * @param label a tag, a prediction or a detection
 * @example
 * labelName({ label: 'Irish_terrier', zh: '爱尔兰梗' }, 'en'); // 'Irish terrier'
 */
export function labelName({ label, zh }: Pick<Label, 'label' | 'zh'>, language: Language): string {
  const en = label.replaceAll('_', ' ');
  return language === 'zh' ? (zh ?? en) : en;
}
