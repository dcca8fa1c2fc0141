import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Path } from '../base/route.ts';
import { useTexts } from '../base/texts.ts';
import { Recognise } from '../recognise/recognise.tsx';
import { SHELL_TEXTS } from './texts.ts';

/** Rooms that are loaded when somebody opens them. */
const LATER: Partial<Record<Path, () => Promise<ComponentType>>> = {};

export function Room({ path }: { readonly path: Path }) {
  const t = useTexts(SHELL_TEXTS);
  const [loaded, setLoaded] = useState<Partial<Record<Path, ComponentType>>>({ '/': Recognise });
  useEffect(() => {
    const load = LATER[path];
    if (load === undefined || loaded[path] !== undefined) return;
    let left = false;
    load().then(
      (Found) => !left && setLoaded((all) => ({ ...all, [path]: Found })),
      // A file that is gone belongs to an older version of the server.
      () => location.reload(),
    );
    return () => {
      left = true;
    };
  }, [path, loaded]);
  const Found = loaded[path];
  return Found === undefined ? <p class="hint">{t.loading}</p> : <Found />;
}
