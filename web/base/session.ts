/**
 * What holds for the whole studio: language, look, key.
 *
 * @module
 */
import type { Language } from './language.ts';
import { createStore, useStore } from './store.ts';

export type Look = 'auto' | 'light' | 'dark';

/** Why the server does not let us in. */
export type KeyProblem = 'none' | 'needed' | 'wrong' | 'scope';

interface Session {
  readonly language: Language;
  readonly look: Look;
  readonly key: string;
  readonly keyProblem: KeyProblem;
}

/** Browsers that keep nothing throw at the mere mention of it. */
function remembered(storage: 'localStorage' | 'sessionStorage', name: string): string | null {
  try {
    return window[storage].getItem(name);
  } catch {
    return null;
  }
}

function remember(storage: 'localStorage' | 'sessionStorage', name: string, value: string): void {
  try {
    window[storage].setItem(name, value);
  } catch {
    // Then it holds until the page is left.
  }
}

const language = remembered('localStorage', 'language');
const look = remembered('localStorage', 'look');

export const session = createStore<Session>({
  language:
    language === 'zh' || language === 'en' ? language : navigator.language.startsWith('zh') ? 'zh' : 'en',
  look: look === 'light' || look === 'dark' ? look : 'auto',
  // Ends with the tab, and no other tab sees it.
  key: remembered('sessionStorage', 'key') ?? '',
  keyProblem: 'none',
});

function show() {
  const { language, look } = session.get();
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  if (look === 'auto') delete document.documentElement.dataset['look'];
  else document.documentElement.dataset['look'] = look;
}
session.subscribe(show);
show();

export function setLanguage(language: Language): void {
  remember('localStorage', 'language', language);
  session.set({ language });
}

export function setLook(look: Look): void {
  remember('localStorage', 'look', look);
  session.set({ look });
}

export function setKey(key: string): void {
  remember('sessionStorage', 'key', key);
  session.set({ key, keyProblem: 'none' });
}

export function useSession(): Session {
  return useStore(session);
}
