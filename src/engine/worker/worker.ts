/**
 * Entry of an inference worker: messages in, messages out, all work in the runner.
 *
 * @module
 */
import { type OnReadOpts, Socket } from 'node:net';
import { BufferPool } from '../../base/buffer-pool.ts';
import { openReceiver, openSender } from './channel.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { createRunner, type Runner } from './runner.ts';
import { CHANNEL_FD } from './spawn.ts';
import { toWireError } from './wire-error.ts';

/** More than a pipe holds at a time. */
const READ_BYTES = 256 * 1024;

const pool = new BufferPool();
let runner: Runner | undefined;

const receive = openReceiver<ToWorker>(
  (message) => {
    if (message.type === 'setup') runner = createRunner(message, { post: send, pool });
    else if (message.type === 'shutdown') void shutDown();
    else if (message.type === 'pixels') void pixels(message);
    else runner?.handle(message);
  },
  (length) => new Uint8Array(pool.take(length), 0, length),
);

// One buffer for all that comes in; Node would make a new one for every read.
const onread: OnReadOpts = {
  buffer: new Uint8Array(READ_BYTES),
  callback(length, buffer) {
    receive(buffer.subarray(0, length));
    return true;
  },
};
const options = { fd: CHANNEL_FD, readable: true, writable: true, onread };
const pipe = new Socket(options);
const send = openSender<FromWorker>(pipe);

// A terminal and a service manager signal the whole group. The caller decides when its workers end; when it is gone, so
// is the pipe.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// Not `exit`, which waits for the threads that decode.
const end = () => process.kill(process.pid, 'SIGKILL');
pipe.on('end', end);
pipe.on('error', end);

/** Loaded by the processes that need it. */
async function pixels({ job, bytes, limits, work }: Extract<ToWorker, { type: 'pixels' }>): Promise<void> {
  try {
    const { doPixelWork } = await import('./pixel-work.ts');
    send({ type: 'pixels-done', job, result: await doPixelWork(bytes, limits, work) });
  } catch (thrown) {
    send({ type: 'failed', job, error: toWireError(thrown, 'IMAGE_CORRUPT') });
  }
}

async function shutDown(): Promise<void> {
  await runner?.close();
  process.exit();
}
