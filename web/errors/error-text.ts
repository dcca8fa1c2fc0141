import { ERROR_TABLE } from '../../src/errors.ts';
import type { Language } from '../base/language.ts';
import { CHINESE_TITLES } from './chinese-titles.ts';
import { FIXES } from './fixes.ts';
import { PAGE_ERRORS } from './page-errors.ts';

/**
 * What an error code means and what to do about it.
 *
 * @param code of the server or of the page
 */
export function errorText(
  code: string,
  language: Language,
): { readonly title: string; readonly fix?: string | undefined } {
  const own = PAGE_ERRORS[code];
  if (own !== undefined) return own[language];
  const fix = FIXES[code]?.[language];
  const english = (ERROR_TABLE as Readonly<Record<string, { title: string }>>)[code]?.title ?? code;
  return { title: language === 'zh' ? (CHINESE_TITLES[code] ?? english) : english, fix };
}
