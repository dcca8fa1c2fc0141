/**
 * Entry of the training process: a job in, a plan, progress and the outcome out.
 *
 * @module
 */
import { toWireError } from '../../../engine/worker/wire-error.ts';
import { runFineTune } from '../run.ts';
import type { FromProcess, ToProcess } from './protocol.ts';

let stopped = false;

const send = (message: FromProcess) =>
  new Promise<void>((resolve) => {
    if (process.connected) process.send?.(message, undefined, {}, () => resolve());
    else resolve();
  });

// A terminal signals the whole group. The caller decides what a signal means for the training.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

process.on('message', (message: ToProcess) => {
  if (message.type === 'stop') {
    stopped = true;
    return;
  }
  void runFineTune(message.job, {
    onPlan: (plan) => void send({ type: 'plan', plan }),
    onProgress: (progress) => void send({ type: 'progress', progress }),
    stopped: () => stopped,
  })
    .then(
      (outcome): FromProcess => ({ type: 'done', outcome }),
      (error: unknown): FromProcess => ({ type: 'failed', error: toWireError(error, 'TRAINING_FAILED') }),
    )
    .then(send)
    .then(() => process.exit());
});
