/**
 * A program that uses an engine as a user's would, started by the tests of what a whole process leaves behind.
 * Arguments: path of a LocalModel as JSON, path of a picture, and how to end.
 */
import { readFileSync } from 'node:fs';
import { createEngine } from '../../../src/engine/engine.ts';
import type { LocalModel } from '../../../src/models/types.ts';

const [, , modelFile = '', pictureFile = '', ending = 'close'] = process.argv;
const model: LocalModel = JSON.parse(readFileSync(modelFile, 'utf8'));
const picture = new Uint8Array(readFileSync(pictureFile));

const engine = createEngine({ workers: 2, singleFlight: false });
if (ending === 'prepare-then-end') {
  engine.prepare();
  const { pids } = engine.stats().workers;
  process.stdout.write(`${JSON.stringify({ pids, backend: '' })}\n`);
} else await answer();

async function answer(): Promise<void> {
  const session = await engine.open(model);
  await session.infer(picture);
  const report = { pids: engine.stats().workers.pids, backend: session.backend };
  process.stdout.write(`${JSON.stringify(report)}\n`);

  switch (ending) {
    case 'close':
      await engine.close();
      break;
    case 'end-without-close':
      break;
    case 'exit-in-inference':
      for (let i = 0; i < 6; i++) void session.infer(picture).catch(() => {});
      setTimeout(() => process.exit(7), 20);
      break;
    case 'throw-in-inference':
      for (let i = 0; i < 6; i++) void session.infer(picture).catch(() => {});
      setTimeout(() => {
        throw new Error('a mistake of the caller');
      }, 20);
      break;
    case 'answer-then-end':
      void session.infer(picture).then(({ outputs }) => {
        process.stdout.write(`${JSON.stringify(Object.keys(outputs))}\n`);
      });
      break;
    case 'stay':
      process.stdin.resume();
      process.stdin.on('end', () => void engine.close());
  }
}
