import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ARCHITECTURES } from '../../src/convert/keras/architectures/index.ts';
import { startEmulator } from '../../src/deploy/emulate/emulator.ts';
import { writeKerasWeights } from '../convert/keras/h5-writer.ts';
import { formula } from '../convert/reference-weights.ts';
import { picture } from './support.ts';

const run = promisify(execFile);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictor-walk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The tutorial's own file by its name and layout: SqueezeNet's weights for ImageNet, with names by number. */
async function tutorialWeights(): Promise<string> {
  const built = ARCHITECTURES.find(({ id }) => id === 'squeezenet')?.build(1000);
  let t = 0;
  const groups = (built?.weighted ?? []).map(({ shapes }, i) => {
    const name = i === 25 ? 'last_conv' : i === 0 ? 'conv2d' : `conv2d_${i}`;
    const weights = shapes.map((shape, k) => {
      const fan = shape.slice(0, -1).reduce((a, b) => a * b, 1);
      const scale = k === 0 ? Math.sqrt(6 / fan) : 0.1;
      const data = formula(
        t++,
        shape.reduce((a, b) => a * b, 1),
        (r) => r * scale,
      );
      return { name: `${name}/${k === 0 ? 'kernel' : 'bias'}:0`, shape, data };
    });
    return { name, weights };
  });
  const path = join(folder, 'squeezenet_weights_tf_dim_ordering_tf_kernels.h5');
  await writeFile(path, await writeKerasWeights(groups));
  return path;
}

// docs/from-the-tutorial.md has these commands for people.
test('from the weight file of the tutorial to its client, in three commands', {
  timeout: 240_000,
}, async () => {
  const weights = await tutorialWeights();
  const archive = join(folder, 'function.zip');
  const pictor = (...args: string[]) =>
    run(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
      env: { ...process.env, PICTOR_HOME: join(folder, 'home') },
    });
  const { stdout } = await pictor('models', 'import', weights, '--id', 'from-the-tutorial');
  expect(stdout).toMatch(/✓ from-the-tutorial \(keras, .*imagenet-1k/);
  await pictor('pack', '--platform', 'scf', '--model', 'from-the-tutorial', '--out', archive);
  expect((await readFile(archive)).byteLength).toBeGreaterThan(1_000_000);
  const emulator = await startEmulator({ platform: 'scf', archive, port: 0 });
  try {
    const body = JSON.stringify({ picture: (await picture('#d01010')).toString('base64') });
    const response = await fetch(`${emulator.url}/image`, { method: 'POST', body });
    expect(response.status).toBe(200);
    const { prediction } = (await response.json()) as { prediction: Record<string, number> };
    const values = Object.values(prediction);
    expect(values).toHaveLength(5);
    expect(values.toSorted((a, b) => b - a)).toEqual(values);
  } finally {
    await emulator.close();
  }
});
