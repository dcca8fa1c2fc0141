/**
 * Entry of a process that trains: a server's own thread is for answering.
 *
 * @module
 */
import { toWireError } from '../../engine/worker/wire-error.ts';
import { train } from '../train.ts';
import type { FromTrainProcess, ToTrainProcess, TrainJob, TrainOutcome } from './protocol.ts';
import { unpackPictures } from './unpack-pictures.ts';

const controller = new AbortController();

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
  void work(message.job)
    .then(
      (outcome): FromTrainProcess => ({ type: 'done', outcome }),
      (error: unknown): FromTrainProcess => ({ type: 'failed', error: toWireError(error, 'INTERNAL') }),
    )
    .then(send)
    .then(() => process.exit());
});

async function work({ folder, path, archive, options }: TrainJob): Promise<TrainOutcome> {
  process.chdir(folder);
  if (archive !== undefined) await unpackPictures(archive, path, controller.signal);
  const {
    id,
    version,
    report,
    folder: place,
  } = await train(path, {
    ...options,
    signal: controller.signal,
    onProgress: (progress) => void send({ type: 'progress', progress }),
    onNotice: (notice) => void send({ type: 'notice', notice }),
  });
  return { id, version, report, folder: place };
}
