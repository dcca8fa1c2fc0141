/** Pictor as its users call it: the built package. */
import { createRequire } from 'node:module';
import type { Contender } from './contender.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
const built = new URL('../../dist/bundle/index.js', import.meta.url).href;

/** As it comes: a worker for each core, threads by load. */
export function createContender(): Contender {
  return create('Pictor', (cores) => ({ workers: cores }));
}

/** One worker with a thread for each core: the shortest time for one picture. */
export function createOneWorker(): Contender {
  return create('Pictor, one worker', (cores) => ({ workers: 1, intraOpThreads: cores }));
}

function create(
  name: string,
  division: (cores: number) => { readonly workers: number; readonly intraOpThreads?: number },
): Contender {
  let close = async () => {};
  return {
    name,
    version: `pictor ${version}`,
    async load(model, { cores }) {
      const { createEngine, load } = (await import(built)) as typeof import('../../src/index.ts');
      const engine = createEngine({
        ...division(cores),
        // Every picture pays for itself, also when the pictures repeat.
        singleFlight: false,
      });
      const recognizer = await load(model.manifest, { engine });
      close = async () => {
        await recognizer.close();
        await engine.close();
      };
      if (recognizer.task === 'classify') {
        return async (jpeg) => {
          const { predictions } = await recognizer.classify(jpeg, { topK: 5 });
          return predictions.map(({ index }) => index);
        };
      }
      if (recognizer.task === 'moderate') {
        return async (jpeg) => (await recognizer.moderate(jpeg)).predictions.map(({ index }) => index);
      }
      throw new TypeError(`nothing to compare for the task ${recognizer.task}`);
    },
    close: () => close(),
  };
}
