import type { Language } from '../base/language.ts';

/** Classes of the safety models. */
export const SAFETY_CLASSES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  neutral: { en: 'Nothing of the kind', zh: '正常' },
  drawing: { en: 'Drawing', zh: '绘画' },
  drawings: { en: 'Drawing', zh: '绘画' },
  sexy: { en: 'Suggestive', zh: '性感' },
  porn: { en: 'Pornography', zh: '色情' },
  hentai: { en: 'Pornographic drawing', zh: '色情绘画' },
  safe: { en: 'Safe', zh: '安全' },
  unsafe: { en: 'Not safe', zh: '不安全' },
};
