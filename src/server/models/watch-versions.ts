import type { ModelStore } from '../../models/types.ts';
import type { Recognizers } from './types.ts';

/** Milliseconds between two looks. */
const LOOK_MS = 2_000;

/**
 * Takes over new versions of trained models as they appear in the store. The store is asked, not the file system:
 * notifications of changes are lost on network drives and in containers.
 *
 * @param everyMs milliseconds between two looks (default 2 000)
 * @returns ends the watching
 */
export function watchVersions(
  recognizers: Pick<Recognizers, 'list' | 'reload'>,
  store: Pick<ModelStore, 'list'>,
  everyMs = LOOK_MS,
): () => void {
  let looking = false;
  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const there = new Map((await store.list()).map(({ manifest }) => [manifest.id, manifest.version]));
      for (const { id, manifest, status } of recognizers.list()) {
        const version = there.get(id);
        const served = manifest?.version;
        if (status.state !== 'ready' || version === undefined || version === served) continue;
        await recognizers.reload(id);
      }
    } catch {
      // The store is being written: the next look will see it.
    } finally {
      looking = false;
    }
  }
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => clearInterval(timer);
}
