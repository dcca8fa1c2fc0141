import { useCallback, useEffect, useState } from 'preact/hooks';
import { pause, sendJson } from '../api/client.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import { useSession } from '../base/session.ts';

/**
 * An answer that is asked for again and again while somebody looks.
 *
 * @param path of the server
 * @param everyMs between two requests
 * @returns also how to ask at once
 */
export function usePolled<Answer>(path: string, everyMs = 3000) {
  const { key } = useSession();
  const [state, setState] = useState<{ answer?: Answer; failure?: Failure }>({});
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const loop = async () => {
      for (;;) {
        try {
          setState({ answer: await sendJson<Answer>(path, { signal }) });
        } catch (thrown) {
          signal.throwIfAborted();
          const failure = failureOf(thrown);
          setState((last) => ({ ...last, failure }));
          if (failure.status > 0 && failure.status < 500) return;
        }
        do await pause(everyMs, signal);
        while (document.hidden);
      }
    };
    loop().catch(() => {});
    return () => abort.abort();
  }, [key, path, everyMs, asked]);
  const again = useCallback(() => setAsked((n) => n + 1), []);
  return { ...state, again };
}
