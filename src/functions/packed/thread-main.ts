/**
 * Entry of the inference thread of a packed function.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../../engine/worker/protocol.ts';
import { createRunner } from '../../engine/worker/runner.ts';
import { toWireError } from '../../engine/worker/wire-error.ts';
import { locateModel } from './locate-model.ts';
import type { PackedFunction } from './types.ts';

/** What the thread is told at birth. */
export interface ThreadSetup {
  readonly packed: PackedFunction;
  /** The unpacked archive. */
  readonly folder: string;
  readonly intraOpThreads: number;
}

export type ToThread = Exclude<ToWorker, { type: 'setup' | 'shutdown' }>;
export type FromThread = FromWorker | { readonly type: 'located'; readonly path: string };

/** There is one model. */
export const SESSION = 1;

if (parentPort !== null) serve(parentPort, workerData as ThreadSetup);

function serve(port: NonNullable<typeof parentPort>, setup: ThreadSetup): void {
  const { packed, folder, intraOpThreads } = setup;
  const say = (message: FromThread) => port.postMessage(message);
  const runner = createRunner({ backend: packed.backend, batch: { maxSize: 1, maxDelayMs: 0 } }, say);
  port.on('message', (message: ToThread) => runner.handle(message));
  locateModel(packed, folder).then(
    (path) => {
      say({ type: 'located', path });
      runner.handle({
        type: 'open',
        session: SESSION,
        graph: path,
        extraOutputs: featureTensor(packed),
        input: packed.manifest.input,
        intraOpThreads,
        // The first picture warms the model up: a function is started because one is waiting.
        warmUp: false,
      });
    },
    (thrown: unknown) => {
      say({ type: 'open-failed', session: SESSION, error: toWireError(thrown, 'MODEL_FILE_INVALID') });
    },
  );
}

/** An embedder's tensor may lie inside the graph. */
function featureTensor({ manifest }: PackedFunction): string[] {
  return manifest.task === 'embed' && manifest.embedding ? [manifest.embedding.tensor] : [];
}
