// What the published package carries: made by scripts/embed-models.ts, which `npm ci` runs.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { convertRecipe, RECIPES } from '../../scripts/embedded-recipes.ts';
import { readUmdModule } from '../../scripts/read-umd-module.ts';
import type { Session } from '../../src/engine/types.ts';
import { parseYoloText } from '../../src/evaluation/datasets/yolo-text.ts';
import { evaluateDetector } from '../../src/evaluation/detector.ts';
import { preparePicture } from '../../src/image/prepare.ts';
import { openModelStore } from '../../src/models/store/store.ts';
import { createDetector } from '../../src/tasks/detect/detect.ts';
import { createModerator } from '../../src/tasks/moderate/moderate.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { openInProcess } from '../support/in-process-engine.ts';
import { openReference, useTfjsWasm } from '../support/tfjs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const photo = (name: string) => `${root}examples/photos/${name}`;
const packageFolder = (name: string) => `${root}node_modules/${name}`;

test.each(RECIPES.map((recipe) => ({ id: recipe.options.id, recipe })))(
  'models/$id is what the recipe gives, byte for byte',
  ({ id, recipe }) => {
    const { model, manifest } = convertRecipe(recipe, packageFolder(recipe.package));
    expect(readFileSync(`${root}models/${id}/model.onnx`).equals(model)).toBe(true);
    expect(JSON.parse(readFileSync(`${root}models/${id}/manifest.json`, 'utf8'))).toEqual(manifest);
    expect(manifest.licence).toBe('MIT');
    expect(readFileSync(`${root}NOTICE`, 'utf8')).toContain(`models/${id}\n`);
  },
);

test('all of them together have at most 12 MB', () => {
  const files = readdirSync(`${root}models`, { recursive: true, withFileTypes: true });
  const total = files
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(`${entry.parentPath}/${entry.name}`).size, 0);
  expect(total).toBeGreaterThan(1_000_000);
  expect(total).toBeLessThanOrEqual(12_000_000);
});

test('the detector finds the astronaut', async () => {
  const model = await openModelStore().resolve('centernet');
  await using detector = createDetector(await openInProcess(model));
  const { detections } = await detector.detect(photo('astronaut.jpg'), { minScore: 0.3 });
  expect(detections[0]?.label).toBe('person');
});

test('the content-safety model passes a cup of coffee', async () => {
  const model = await openModelStore().resolve('nsfw-mobilenetv2');
  await using moderator = createModerator(await openInProcess(model));
  const { verdict, scores } = await moderator.moderate(photo('coffee.jpg'));
  expect(verdict).toBe('pass');
  expect(Object.keys(scores)).toEqual(['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy']);
  expect(scores['Neutral']).toBeGreaterThan(0.9);
});

test('a module is read, not run', () => {
  expect(readUmdModule('!function(e){e.exports={scale:.5,"min":-1,list:[!0,null,"a"]}}({})')).toEqual({
    scale: 0.5,
    min: -1,
    list: [true, null, 'a'],
  });
  expect(() => readUmdModule('e.exports={a:run()}')).toThrow(/CallExpression/);
});

describeWithData('the detector on COCO pictures', () => {
  test('has the mAP that TensorFlow.js has, within 0.005', async () => {
    const model = await openModelStore().resolve('centernet');
    const session = await openInProcess(model);
    const [recipe] = RECIPES;
    if (!recipe) throw new Error('no recipe');
    await useTfjsWasm();
    const output = 'tower_0/detections';
    const reference = await openReference(recipe.read(packageFolder(recipe.package)), [output]);
    const tfjs: Session = {
      ...session,
      infer: async (bytes) => {
        const { data, dims, info, placement } = await preparePicture(bytes, model.manifest.input);
        const [values] = await reference.run(Float32Array.from(data), [1, ...dims]);
        const outputs = {
          [output]: { type: 'float32' as const, dims: [1, 100, 6], data: values ?? new Float32Array() },
        };
        return { outputs, picture: info, placement, timings: { queue: 0, decode: 0, inference: 0 } };
      },
    };
    // Every second one: TensorFlow.js takes half a second for each.
    const names = readdirSync(dataPath('coco', 'images')).filter((_, i) => i % 2 === 0);
    const pictures = names.map((name) => ({
      image: dataPath('coco', 'images', name),
      truth: parseYoloText(readFileSync(dataPath('coco', 'labels', name.replace(/\.\w+$/, '.txt')), 'utf8')),
    }));
    const own = await evaluateDetector(createDetector(session), pictures);
    // One at a time: TensorFlow.js holds the thread, so that pictures under way would run into their time limit.
    const theirs = await evaluateDetector(createDetector(tfjs), pictures, { concurrency: 1 });
    await session.close();
    reference.dispose();
    expect([own.n, theirs.n]).toEqual([32, 32]);
    expect(Math.abs(own.map50 - theirs.map50)).toBeLessThanOrEqual(0.005);
    expect(Math.abs(own.map - theirs.map)).toBeLessThanOrEqual(0.005);
    expect(own.map50).toBeGreaterThan(0.45);
  }, 180_000);
});
