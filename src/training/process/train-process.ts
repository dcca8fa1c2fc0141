/**
 * Entry of a process that trains: a server's own thread is for answering.
 *
 * @module
 */
import { toWireError } from '../../engine/worker/wire-error.ts';
import { checkTrainingData } from '../check.ts';
import type { TrainResult } from '../context.ts';
import { addPictures, removeClasses } from '../extend.ts';
import type { TrainEvent, TrainProgress } from '../options.ts';
import { train } from '../train.ts';
import type { FromTrainProcess, ToTrainProcess, TrainJob, TrainOutcome } from './protocol.ts';
import { unpackPictures } from './unpack-pictures.ts';

const controller = new AbortController();
const finish = new AbortController();

const send = (message: FromTrainProcess) =>
  new Promise<void>((resolve) => {
    if (process.connected) process.send?.(message, undefined, {}, () => resolve());
    else resolve();
  });

// A terminal signals the whole group. The server decides what a signal means for its jobs.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

process.on('message', (message: ToTrainProcess) => {
  if (message.type === 'abort') {
    controller.abort();
    return;
  }
  if (message.type === 'finish') {
    finish.abort();
    return;
  }
  void work(message.job)
    .then(
      (outcome): FromTrainProcess => ({ type: 'done', outcome }),
      (error: unknown): FromTrainProcess => ({ type: 'failed', error: toWireError(error, 'INTERNAL') }),
    )
    .then(send)
    .then(() => process.exit());
});

async function work({ folder, path, archive, task }: TrainJob): Promise<TrainOutcome> {
  process.chdir(folder);
  if (archive !== undefined) await unpackPictures(archive, path, controller.signal);
  const environment = {
    signal: controller.signal,
    onProgress: (progress: TrainProgress) => void send({ type: 'progress', progress }),
    onEvent: (event: TrainEvent) => void send({ type: 'event', event }),
    onNotice: (notice: string) => void send({ type: 'notice', notice }),
  };
  switch (task.action) {
    case 'check':
      return {
        kind: 'checked',
        dataset: await checkTrainingData(path, { ...task.options, ...environment }),
      };
    case 'add':
      return model(await addPictures(task.id, path, environment));
    case 'remove':
      return model(await removeClasses(task.id, task.classes, environment));
    case 'train': {
      const { fineTune } = task.options;
      const given = typeof fineTune === 'object' ? fineTune : {};
      return model(
        await train(path, {
          ...task.options,
          ...(fineTune && { fineTune: { ...given, stop: finish.signal } }),
          ...environment,
        }),
      );
    }
  }
}

function model({ id, version, report, folder }: TrainResult): TrainOutcome {
  return { kind: 'model', id, version, report, folder };
}
