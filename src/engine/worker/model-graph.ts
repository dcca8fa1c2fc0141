import { rm } from 'node:fs/promises';
import type { Backend, BackendSession } from '../backends/types.ts';
import { withExtraOutputs } from './extra-outputs.ts';
import { graphHash, type OptimisedGraph, optimisedGraph } from './optimised-graph.ts';
import type { OpenSpec } from './protocol.ts';
import { loadVerified } from './verified-load.ts';

/**
 * A model's graph on one worker. The library fixes the number of threads of a session when it is opened, so there is a
 * session for each number that was asked for, opened when that happens first. They share the weights of the optimised
 * graph (measured: a second session of ResNet-50 takes 16 MB and 10 ms instead of 120 MB and 200 ms).
 */
export interface ModelGraph extends Pick<BackendSession, 'inputs' | 'outputs' | 'dispose'> {
  /** The session with so many threads, or with the next best number. */
  session(threads: number): Promise<GraphSession>;
}

export interface GraphSession extends Pick<BackendSession, 'run'> {
  readonly threads: number;
}

/** @throws MODEL_HASH_MISMATCH, MODEL_FILE_INVALID, or what the library says */
export async function openModelGraph(backend: Backend, spec: OpenSpec): Promise<ModelGraph> {
  const { intraOpThreads, sharing } = spec;
  const hasKey = spec.files.length > 0 && backend.optimisesFor !== undefined;
  const optimised =
    sharing?.folder !== undefined && hasKey
      ? optimisedGraph(backend, sharing.folder, graphHash(spec.files, spec.extraOutputs))
      : undefined;
  const first = await openFirst(backend, spec, optimised);
  const sessions = new Map([[intraOpThreads, Promise.resolve<BackendSession | undefined>(first)]]);

  async function another(threads: number): Promise<BackendSession | undefined> {
    const file = await optimised?.find();
    if (typeof file === 'object') return optimised?.open(file, threads);
    return sharing?.copies ? loadOriginal(backend, spec, { intraOpThreads: threads }) : undefined;
  }

  return {
    inputs: first.inputs,
    outputs: first.outputs,
    async session(threads) {
      const isFixed = sharing === undefined || backend.name !== 'native';
      if (!isFixed && !sessions.has(threads))
        sessions.set(
          threads,
          another(threads).catch(() => undefined),
        );
      const session = await sessions.get(threads);
      return session === undefined
        ? { threads: intraOpThreads, run: first.run }
        : { threads, run: session.run };
    },
    async dispose() {
      for (const session of sessions.values()) await (await session)?.dispose();
    },
  };
}

/** The files are verified either way: what was made of a model does not stand in for one that is not there any more. */
async function openFirst(
  backend: Backend,
  spec: OpenSpec,
  optimised: OptimisedGraph | undefined,
): Promise<BackendSession> {
  const { files, intraOpThreads } = spec;
  const file = await optimised?.find();
  if (optimised === undefined || file === 'unusable') return loadOriginal(backend, spec, { intraOpThreads });
  if (file !== undefined) {
    const kept = await loadVerified(
      files,
      () => optimised.open(file, intraOpThreads).catch(() => undefined),
      async (session) => session?.dispose(),
    );
    if (kept !== undefined) return kept;
    // Damaged, e.g. by a disk that was full.
    await rm(file.path, { force: true }).catch(() => {});
  }
  const draft = await optimised.draft();
  if (draft === undefined) return loadOriginal(backend, spec, { intraOpThreads });
  try {
    const original = await loadOriginal(backend, spec, { intraOpThreads, saveTo: draft });
    const kept = await optimised.keep(draft, original, intraOpThreads).catch(() => undefined);
    if (kept !== undefined) await original.dispose();
    return kept ?? original;
  } finally {
    await rm(draft, { force: true }).catch(() => {});
  }
}

async function loadOriginal(
  backend: Backend,
  { files, graph, extraOutputs }: OpenSpec,
  options: { readonly intraOpThreads: number; readonly saveTo?: string },
): Promise<BackendSession> {
  return loadVerified(
    files,
    async () => {
      const source = await withExtraOutputs(graph, extraOutputs);
      try {
        return await backend.load(source, options);
      } catch (cause) {
        // The disk may be full: the graph is what matters.
        if (options.saveTo === undefined) throw cause;
        return backend.load(source, { intraOpThreads: options.intraOpThreads });
      }
    },
    (loaded) => loaded.dispose(),
  );
}
