/**
 * Entry of the inference thread of a packed function.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { BufferPool } from '../../../base/buffer-pool.ts';
import { functionPictureMemory } from '../../../base/function-memory.ts';
import { memoryLimit } from '../../../base/memory-limit.ts';
import type { FromRunner, ToWorker } from '../../../engine/worker/protocol.ts';
import { createRunner } from '../../../engine/worker/runner.ts';
import { toWireError } from '../../../engine/worker/wire-error.ts';
import { inspectHeader } from '../../../image/inspect.ts';
import { checkMemory } from '../../../image/limits.ts';
import { prepareCost } from '../../../image/prepare.ts';
import { DEFAULT_IMAGE_LIMITS } from '../../../image/types.ts';
import { locateModel } from './locate-model.ts';
import type { PackedFunction } from './types.ts';

/** What the thread is told at birth. */
export interface ThreadSetup {
  readonly packed: PackedFunction;
  /** The unpacked archive. */
  readonly folder: string;
  readonly intraOpThreads: number;
}

export type ToThread =
  | Exclude<ToWorker, { type: 'setup' | 'shutdown' | 'pixels' }>
  /** Look for the model once more, after a failure. */
  | { readonly type: 'open-again' };
export type FromThread = FromRunner | { readonly type: 'located'; readonly path: string };

/** A job that nobody waits for. */
const WARM_UP = 0;

/** There is one model. */
export const SESSION = 1;

if (parentPort !== null) serve(parentPort, workerData as ThreadSetup);

function serve(port: NonNullable<typeof parentPort>, setup: ThreadSetup): void {
  const { packed, folder, intraOpThreads } = setup;
  const pictureMemory = functionPictureMemory(memoryLimit());
  const say = (message: FromThread) => {
    port.postMessage(message);
    // While the other thread still loads the application there is time to get decoder and graph ready.
    if (message.type === 'ready') {
      runner.handle({
        type: 'picture',
        job: WARM_UP,
        session: SESSION,
        bytes: FIRST_PICTURE,
        limits: DEFAULT_IMAGE_LIMITS,
        frame: 0,
        outputs: undefined,
      });
    }
  };
  const runner = createRunner(
    { backend: packed.backend, preprocessing: 'fast' },
    { post: say, pool: new BufferPool() },
  );
  port.on('message', (message: ToThread) => {
    if (message.type === 'open-again') open();
    else if (message.type === 'picture') admit(message);
    else runner.handle(message);
  });
  open();

  /** A picture that the function's memory does not hold is refused by its header, before a pixel is decoded. */
  function admit(question: Extract<ToThread, { type: 'picture' }>): void {
    inspectHeader(question.bytes, { limits: question.limits })
      .then((inspected) => {
        checkMemory(inspected.info, prepareCost(inspected, packed.manifest.input), pictureMemory);
        runner.handle(question);
      })
      .catch((thrown: unknown) => {
        say({ type: 'failed', job: question.job, error: toWireError(thrown, 'IMAGE_CORRUPT') });
      });
  }

  function open(): void {
    locateModel(packed, folder).then(
      (path) => {
        say({ type: 'located', path });
        runner.handle({
          type: 'open',
          session: SESSION,
          graph: path,
          // `locateModel` verified the file, and nobody replaces it within an instance.
          files: [],
          extraOutputs: featureTensor(packed),
          input: packed.manifest.input,
          intraOpThreads,
          // Not before it counts as ready: a picture may be waiting already.
          warmUp: false,
        });
      },
      (thrown: unknown) => {
        say({ type: 'open-failed', session: SESSION, error: toWireError(thrown, 'MODEL_FILE_INVALID') });
      },
    );
  }
}

/** A grey JPEG of 32 by 32 pixels, with colour components as photographs have them. */
const FIRST_PICTURE = Buffer.from(
  '/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAgACADASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AAAAAAAAA/9k=',
  'base64',
);

/** An embedder's tensor may lie inside the graph. */
function featureTensor({ manifest }: PackedFunction): string[] {
  return manifest.task === 'embed' && manifest.embedding ? [manifest.embedding.tensor] : [];
}
