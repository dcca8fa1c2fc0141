/**
 * Entry of an inference worker: messages in, messages out, all work in the runner.
 *
 * @module
 */
import { Socket } from 'node:net';
import { openChannel } from './channel.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { createRunner, type Runner } from './runner.ts';
import { CHANNEL_FD } from './spawn.ts';

const pipe = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
let runner: Runner | undefined;

const channel = openChannel<ToWorker, FromWorker>(pipe, (message) => {
  if (message.type === 'setup') runner = createRunner(message, (answer) => channel.send(answer));
  else if (message.type === 'shutdown') void shutDown();
  else runner?.handle(message);
});

// A terminal and a service manager signal the whole group. The caller decides when its workers end; when it is gone, so
// is the pipe.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
pipe.on('end', () => process.exit());
pipe.on('error', () => process.exit());

async function shutDown(): Promise<void> {
  await runner?.close();
  process.exit();
}
