import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Backend, BackendSession } from '../backends/types.ts';
import { loadVerified, sha256Of, type VerifiedFile } from './verified-load.ts';

/** Marks a graph that is another one once it is optimised. */
const UNUSABLE = 'unusable';

/** Graphs as the library has optimised them for this processor, in a folder that processes share. */
export interface OptimisedGraph {
  /** The file, once it is there; `unusable` when it need not be tried again. */
  find(): Promise<VerifiedFile | typeof UNUSABLE | undefined>;
  /** A new file for the library to write to; undefined where the folder cannot be written to. */
  draft(): Promise<string | undefined>;
  /**
   * Keeps a draft, if it is the same graph.
   *
   * @returns a session over the kept file
   */
  keep(draft: string, original: BackendSession, intraOpThreads: number): Promise<BackendSession | undefined>;
  open(file: VerifiedFile, intraOpThreads: number): Promise<BackendSession>;
}

/**
 * The optimised form of one graph. Its file is named by what it was made of and for, and by its own hash, so that it
 * appears whole or not at all, and is checked whenever it is loaded:
 * `<graph>-<library and processor>.<sha256>.ort`. Its weights are mapped, not read: every session of every worker
 * shares them.
 *
 * @param folder need not exist
 * @param graph hash of what the library is given
 */
export function optimisedGraph(backend: Backend, folder: string, graph: string): OptimisedGraph {
  const key = `${graph}-${backend.optimisesFor}`;

  const open = (file: VerifiedFile, intraOpThreads: number) =>
    loadVerified(
      [file],
      () => backend.load(file.path, { intraOpThreads, optimised: true }),
      (session) => session.dispose(),
    );

  /** Another version of the library cannot be asked to read what this one wrote, and nobody else would remove it. */
  async function removeOutdated(): Promise<void> {
    const current = key.slice(0, key.lastIndexOf('-'));
    const outdated = (await readdir(folder)).filter(
      (name) => name.startsWith(`${graph}-`) && !name.startsWith(current),
    );
    await Promise.all(outdated.map((name) => rm(join(folder, name), { force: true })));
  }

  return {
    open,
    async find() {
      const names = await readdir(folder).catch((): string[] => []);
      for (const name of names) {
        if (!name.startsWith(`${key}.`)) continue;
        if (name === `${key}.${UNUSABLE}`) return UNUSABLE;
        const sha256 = name.slice(key.length + 1, -'.ort'.length);
        if (/^[0-9a-f]{64}$/.test(sha256)) return { path: join(folder, name), sha256 };
      }
      return undefined;
    },
    async draft() {
      const path = join(folder, `${key}.${randomUUID()}.ort`);
      try {
        await mkdir(folder, { recursive: true });
        // The library would only say that it failed.
        await writeFile(path, '');
        return path;
      } catch {
        return undefined;
      }
    },
    async keep(draft, original, intraOpThreads) {
      const sha256 = await sha256Of(draft);
      const path = join(folder, `${key}.${sha256}.ort`);
      await rename(draft, path);
      const session = await open({ path, sha256 }, intraOpThreads).catch(() => undefined);
      if (session !== undefined && signature(session) === signature(original)) {
        await removeOutdated();
        return session;
      }
      await session?.dispose();
      await rm(path, { force: true });
      await writeFile(join(folder, `${key}.${UNUSABLE}`), '');
      return undefined;
    },
  };
}

/** Hash of the files that a graph is made of and of the outputs that it is given besides. */
export function graphHash(files: readonly VerifiedFile[], extraOutputs: readonly string[]): string {
  const parts = [...files.map(({ path, sha256 }) => `${basename(path)} ${sha256}`), ...extraOutputs];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}

/** Constants that the library has folded may have been inputs with a default; it then asks for them. */
function signature({ inputs, outputs }: BackendSession): string {
  return JSON.stringify([inputs, outputs]);
}
