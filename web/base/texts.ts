/**
 * Words in both languages. Each room has its own, in a file `texts.ts`.
 *
 * @module
 */
import type { Language } from './language.ts';
import { useSession } from './session.ts';

/** The same entries in both languages; a missing one does not compile. */
export function texts<Entries>(en: Entries, zh: NoInfer<Entries>): Readonly<Record<Language, Entries>> {
  return { en, zh };
}

/** The words in the language of the page. */
export function useTexts<Entries>(both: Readonly<Record<Language, Entries>>): Entries {
  return both[useSession().language];
}

export function percent(score: number): string {
  return `${(score * 100).toFixed(1)} %`;
}

/** Bytes in the unit that suits them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
