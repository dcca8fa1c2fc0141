/**
 * Entry of an inference worker: messages in, messages out, all work in the runner.
 *
 * @module
 */
import { readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { ToWorker, WorkerSetup } from './protocol.ts';
import { createRunner } from './runner.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread only');

const runner = createRunner(workerData as WorkerSetup, (message, transfer) =>
  port.postMessage(message, transfer),
);
port.on('message', (message: ToWorker) => {
  if (message.type === 'shutdown') void runner.close().finally(() => port.close());
  else runner.handle(message);
});
port.postMessage({ type: 'up', thread: threadId() });

/** The kernel's id of this thread, so that the host can set its priority; Linux only. */
function threadId(): number | undefined {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || undefined;
  } catch {
    return undefined;
  }
}
