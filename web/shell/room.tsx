import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure } from '../api/failure.ts';
import type { Path } from '../base/route.ts';
import { useTexts } from '../base/texts.ts';
import { Recognise } from '../recognise/recognise.tsx';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { SHELL_TEXTS } from './texts.ts';

/** Rooms that are loaded when somebody opens them. */
const LATER: Partial<Record<Path, () => Promise<ComponentType>>> = {
  '/docs': async () => (await import('../docs/docs.tsx')).Docs,
  '/status': async () => (await import('../status/status.tsx')).Status,
  '/video': async () => (await import('../video/video.tsx')).Video,
  '/train': async () => (await import('../train/train.tsx')).Train,
};

export function Room({ path }: { readonly path: Path }) {
  const t = useTexts(SHELL_TEXTS);
  const [loaded, setLoaded] = useState<Partial<Record<Path, ComponentType>>>({ '/': Recognise });
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const load = LATER[path];
    if (load === undefined || loaded[path] !== undefined) return;
    let left = false;
    load().then(
      (Found) => !left && setLoaded((all) => ({ ...all, [path]: Found })),
      () => !left && setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [path, loaded]);
  const Found = loaded[path];
  // A file that is gone belongs to another version of the server, or the network is.
  if (failed && Found === undefined)
    return <FailureNotice failure={new Failure('offline')} onRetry={() => location.reload()} />;
  return Found === undefined ? <p class="hint">{t.loading}</p> : <Found />;
}
