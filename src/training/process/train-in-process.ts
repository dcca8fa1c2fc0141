import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fromWireError } from '../../engine/worker/wire-error.ts';
import { PictorError } from '../../errors.ts';
import type { TrainEvent, TrainProgress } from '../options.ts';
import type { FromTrainProcess, ToTrainProcess, TrainJob, TrainOutcome } from './protocol.ts';

/** Milliseconds that a process which was told to end may take. */
const GRACE_MS = 5_000;

export interface TrainInProcessOptions {
  readonly signal: AbortSignal;
  /** Ends fine-tuning and keeps the best so far. */
  readonly finish?: AbortSignal;
  readonly onEvent?: (event: TrainEvent) => void;
  readonly onProgress?: (progress: TrainProgress) => void;
  readonly onNotice?: (notice: string) => void;
}

/**
 * Trains in a process of its own, which ends with the signal.
 *
 * @throws what `train` throws, TRAINING_FAILED when the process ends without a word, ABORTED
 */
export function trainInProcess(
  job: TrainJob,
  { signal, finish, onProgress, onEvent, onNotice }: TrainInProcessOptions,
): Promise<TrainOutcome> {
  signal.throwIfAborted();
  const fromSource = import.meta.url.endsWith('.ts');
  const name = fromSource ? './train-process.ts' : './train-process.js';
  const loader = fromSource
    ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
    : [];
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), [], {
    execArgv: loader,
    env,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const tell = (message: ToTrainProcess) => child.connected && child.send(message);
  let timer: NodeJS.Timeout | undefined;
  const abort = () => {
    tell({ type: 'abort' });
    timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
  };
  signal.addEventListener('abort', abort, { once: true });
  const onFinish = () => tell({ type: 'finish' });
  finish?.addEventListener('abort', onFinish, { once: true });
  return new Promise<TrainOutcome>((resolve, reject) => {
    child.on('message', (message: FromTrainProcess) => {
      if (message.type === 'progress') onProgress?.(message.progress);
      else if (message.type === 'event') onEvent?.(message.event);
      else if (message.type === 'notice') onNotice?.(message.notice);
      else if (message.type === 'done') resolve(message.outcome);
      else reject(fromWireError(message.error));
    });
    child.on('error', reject);
    child.on('exit', (code, killer) => {
      reject(
        signal.aborted
          ? new PictorError('ABORTED', { cause: signal.reason })
          : new PictorError('TRAINING_FAILED', {
              received: `a training process that ended with ${killer ?? `code ${code}`}`,
            }),
      );
    });
    tell({ type: 'train', job });
    if (finish?.aborted) onFinish();
  }).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    finish?.removeEventListener('abort', onFinish);
  });
}
