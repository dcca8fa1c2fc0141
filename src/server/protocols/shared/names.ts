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

/**
 * A name as Rekognition writes names: every word with a capital.
 *
 * @param label of a tag, or a term in English
 * @example
 * titleName('cell_phone'); // 'Cell Phone'
 */
export function titleName(label: string): string {
  return label.replaceAll('_', ' ').replace(/(?<=^|\s)\p{Ll}/gu, (letter) => letter.toUpperCase());
}

/**
 * A name as Google Vision writes names: the first word with a capital.
 *
 * @param label of a tag
 * @example
 * sentenceName('cell_phone'); // 'Cell phone'
 */
export function sentenceName(label: string): string {
  const name = label.replaceAll('_', ' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
