/** A worker of a run: `worker-child <place> <queue or -> <milliseconds a picture>`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { byQueue } from '../../src/batch/executors/bullmq/bullmq.ts';
import { inProcess } from '../../src/batch/executors/in-process.ts';
import { openPlace } from '../../src/batch/place/open-place.ts';
import { workOn } from '../../src/batch/work.ts';
import { answerOf } from './answers.ts';

const [address = '', queue = '-', ms = '0'] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const { chunks } = await workOn({
  place: await openPlace(address),
  executor: queue === '-' ? inProcess : byQueue({ address: queue, compareMs: 500 }),
  signal: stop.signal,
  openRecognizer: async () => ({
    async recognize({ uri }) {
      if (Number(ms) > 0) await sleep(Number(ms));
      return answerOf(uri);
    },
    async [Symbol.asyncDispose]() {},
  }),
  onChunk: ({ chunk, already }) => process.stdout.write(`${already ? 'was' : 'did'} ${chunk}\n`),
});
process.stdout.write(`end ${chunks}\n`);
