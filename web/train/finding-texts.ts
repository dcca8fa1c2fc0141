import type { Language } from '../base/language.ts';

/** What checks find, in Chinese; in English the server says it itself. */
const CHINESE: Readonly<Record<string, (n: number) => string>> = {
  unreadable: (n) => `${n} 个文件无法读取，已排除。`,
  duplicate: (n) => `${n} 张图片重复。`,
  'duplicate-across-parts': (n) => `${n} 张图片同时出现在训练和留出部分。`,
  'two-classes': (n) => `${n} 张相同的图片出现在两个类别中。`,
  'near-duplicate': (n) => `${n} 张图片几乎相同。`,
  'near-duplicate-across-parts': (n) => `${n} 张几乎相同的图片分布在训练和留出部分。`,
  'few-pictures': (n) => `${n} 个类别的图片太少，请补充。`,
  imbalance: () => '各类别的图片数量相差很大。',
  'class-without-training': (n) => `${n} 个类别没有训练图片。`,
  tiny: (n) => `${n} 张图片很小。`,
  dark: (n) => `${n} 张图片很暗。`,
  blurred: (n) => `${n} 张图片模糊。`,
  'likely-wrong-label': (n) => `${n} 张图片的类别可能标错。`,
};

export interface Finding {
  readonly kind: string;
  readonly count: number;
  readonly message: string;
  readonly fix: string;
  readonly files?: readonly string[] | undefined;
}

export function findingText({ kind, count, message, fix }: Finding, language: Language): string {
  const chinese = language === 'zh' ? CHINESE[kind]?.(count) : undefined;
  return chinese ?? `${message}. ${fix}.`;
}
