/**
 * Level 2 of training: the last blocks of a backbone, or all of it, by gradient descent.
 *
 * @module
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { abortError, throwIfAborted } from '../../base/bounded.ts';
import { fromWireError } from '../../engine/worker/wire-error.ts';
import { PictorError } from '../../errors.ts';
import { withLock } from '../../models/store/lock/lock.ts';
import { checkInput, resolveSettings } from './options.ts';
import type { FineTuneJob, FineTuneOutcome, FromProcess, ToProcess } from './process/protocol.ts';
import { spawnFineTune } from './process/spawn.ts';
import type { FineTuneInput, FineTuneOptions, FineTunePlan, FineTuneResult } from './types.ts';

export type * from './types.ts';

/**
 * Trains the last layers of a backbone together with its head, in a process of its own. The head comes from level 1, so
 * that the first steps do not spoil the features (Kumar et al. 2022, arXiv 2202.10054).
 *
 * The result is an ordinary backbone and an ordinary head: export them the way level 1 does, and recompute whatever
 * was derived from features (temperature, thresholds, k-NN bank) from `result.features`.
 *
 * @throws FEATURE_UNSUPPORTED when a trained layer has an operator without a gradient (named, before any work begins)
 * @throws TRAINING_TOO_LARGE when the memory that it would take is more than there is
 * @throws DATASET_INVALID, OPTION_INVALID, IMAGE_*, MODEL_FILE_INVALID, FILE_WRITE_FAILED, TRAINING_FAILED, ABORTED
 * @example
 * const { backbone, head, curve } = await fineTune(fineTuneInput, {
 *   epochs: 8,
 *   seed: 1,
 *   onProgress: ({ done, total }) => console.error(`${done}/${total}`),
 * });
 */
export async function fineTune(input: FineTuneInput, options: FineTuneOptions = {}): Promise<FineTuneResult> {
  const started = performance.now();
  checkInput(input);
  const settings = resolveSettings(options, input.train.length);
  throwIfAborted(options.signal);
  const { path, manifest } = input.backbone;
  const keep = options.folder !== undefined;
  const folder = keep ? resolve(options.folder ?? '') : await mkdtemp(join(tmpdir(), 'pictor-fine-tune-'));
  const { head, train, validation } = input;
  const job = { model: path, input: manifest.input, head, train, validation, settings, folder, keep };
  try {
    await makeFolder(folder);
    const { signal } = options;
    const { outcome, plan } = await withLock(join(folder, 'lock'), { signal, times: { waitMs: 0 } }, () =>
      inProcess(job, options),
    );
    return { ...outcome, plan, durationMs: performance.now() - started };
  } finally {
    if (!keep) await rm(folder, { recursive: true, force: true });
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new PictorError('FILE_WRITE_FAILED', {
      expected: `a folder at ${folder}`,
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** Lines of the process's last words that are worth showing. */
const LAST_WORDS = 5;

function inProcess(
  job: FineTuneJob,
  { onPlan, onProgress, signal, stop }: FineTuneOptions,
): Promise<{ readonly outcome: FineTuneOutcome; readonly plan: FineTunePlan }> {
  const child = spawnFineTune();
  const send = (message: ToProcess) => child.connected && child.send(message);
  const onStop = () => send({ type: 'stop' });
  const onAbort = () => child.kill('SIGKILL');
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-10_000);
  });
  return new Promise<{ outcome: FineTuneOutcome; plan: FineTunePlan }>((resolvePromise, reject) => {
    let plan: FineTunePlan | undefined;
    child.on('error', (cause) => reject(new PictorError('TRAINING_FAILED', { cause })));
    child.on('exit', (code, killedBy) => {
      if (signal?.aborted) reject(abortError(signal));
      else reject(ended(code, killedBy, words, plan));
    });
    child.on('message', (message: FromProcess) => {
      try {
        if (message.type === 'plan') {
          plan = message.plan;
          onPlan?.(plan);
        } else if (message.type === 'progress') onProgress?.(message.progress);
        else if (message.type === 'failed') reject(fromWireError(message.error));
        else if (plan) resolvePromise({ outcome: message.outcome, plan });
      } catch (thrown) {
        // A listener's failure ends the training, as it would in this process.
        child.kill('SIGKILL');
        reject(thrown);
      }
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    stop?.addEventListener('abort', onStop, { once: true });
    send({ type: 'job', job });
    if (signal?.aborted) onAbort();
    if (stop?.aborted) onStop();
  }).finally(() => {
    signal?.removeEventListener('abort', onAbort);
    stop?.removeEventListener('abort', onStop);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
}

function ended(
  code: number | null,
  signal: NodeJS.Signals | null,
  words: string,
  plan: FineTunePlan | undefined,
): PictorError {
  const said = words.trim().split('\n').slice(-LAST_WORDS).join('\n');
  const memory = plan ? ` (it needs about ${Math.round(plan.memoryBytes / 1e6)} MB)` : '';
  return new PictorError('TRAINING_FAILED', {
    expected: 'the training process to end with a result',
    received: signal ? `its end by ${signal}${memory}` : `exit code ${code}${said ? `: ${said}` : ''}`,
    fix: signal === 'SIGKILL' ? 'Train with a smaller batch size if memory ran out' : 'Train again',
  });
}
