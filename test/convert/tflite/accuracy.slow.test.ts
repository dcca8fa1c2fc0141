import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importTflite } from '../../../src/convert/tflite/import-tflite.ts';
import { loadNativeBackend } from '../../../src/engine/backends/native.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { preparePicture } from '../../../src/image/prepare.ts';
import { decodeModel } from '../../../src/models/onnx/decode.ts';
import { dataPath, describeWithData } from '../../support/data.ts';

disableTelemetry();

async function openModel(name: string) {
  const bytes = readFileSync(dataPath('models', `${name}.tflite`));
  const { model, manifest } = importTflite(bytes, { id: name });
  const session = await (await loadNativeBackend()).load(model, { intraOpThreads: 2 });
  const best = async (picture: string): Promise<number> => {
    const { data, dims } = await preparePicture(readFileSync(picture), manifest.input);
    if (!(data instanceof Uint8Array)) throw new Error('a quantised model takes bytes');
    const [input = ''] = session.inputs.map((info) => info.name);
    const [scores] = Object.values(
      await session.run({ [input]: { type: 'uint8', dims: [1, ...dims], data } }),
    );
    const values = [...(scores?.data ?? [])].map(Number);
    return values.indexOf(Math.max(...values));
  };
  return { bytes, model, manifest, best, close: () => session.dispose() };
}

describeWithData('converted TensorFlow Lite models', () => {
  const indices = () =>
    new Map(
      readFileSync(dataPath('imagenet', 'classes.tsv'), 'utf8')
        .split('\n')
        .map((line) => line.split('\t'))
        .map(([index, synset]) => [synset, Number(index)]),
    );

  test.each([
    ['mobilenet_v2_1.0_224_quant', 0.72],
    ['tf2_mobilenet_v2_1.0_224_ptq', 0.72],
    ['mobilenet_v1_0.25_128_quant', 0.4],
  ])(
    '%s names photographs: top-1 of at least %d',
    async (name, least) => {
      const { best, manifest, close } = await openModel(name);
      const offset = manifest.output.decoder === 'classification' ? manifest.output.classOffset : Number.NaN;
      expect(manifest.labels).toBe('imagenet-1k');
      const truth = indices();
      const files = readdirSync(dataPath('imagenet')).filter((file) => file.endsWith('.JPEG'));
      let right = 0;
      for (const file of files) {
        const index = truth.get(file.split('_')[0]);
        if ((await best(dataPath('imagenet', file))) === (index ?? Number.NaN) + offset) right++;
      }
      await close();
      expect(files.length).toBe(200);
      expect(right / files.length).toBeGreaterThanOrEqual(least);
    },
    60_000,
  );

  test('the bird model has its own labels and names the parrot', async () => {
    const { best, manifest, close } = await openModel('mobilenet_v2_1.0_224_inat_bird_quant');
    const index = await best(dataPath('photos', 'parrot.jpg'));
    await close();
    const names = typeof manifest.labels === 'object' ? manifest.labels.names : [];
    expect(names).toHaveLength(965);
    expect(names[index]).toContain('Macaw');
  });

  test('weights stay 8-bit and no transpose is left', async () => {
    const { bytes, model, close } = await openModel('mobilenet_v2_1.0_224_quant');
    await close();
    expect(model.length).toBeLessThan(bytes.length * 1.1);
    expect(decodeModel(model).graph.nodes.filter(({ opType }) => opType === 'Transpose')).toHaveLength(0);
  });
});

describeWithData('a batch', () => {
  test('gives each picture what it gets alone', async () => {
    const bytes = readFileSync(dataPath('models', 'mobilenet_v2_1.0_224_inat_bird_quant.tflite'));
    const { model, manifest } = importTflite(bytes, { id: 'birds' });
    const session = await (await loadNativeBackend()).load(model, { intraOpThreads: 1 });
    const [input = ''] = session.inputs.map((info) => info.name);
    const prepared = await Promise.all(
      ['parrot.jpg', 'owl.jpg'].map((file) =>
        preparePicture(readFileSync(dataPath('photos', file)), manifest.input),
      ),
    );
    const pictures = prepared.map(({ data }) => Uint8Array.from(data));
    const run = async (data: Uint8Array, count: number) => {
      const outputs = await session.run({ [input]: { type: 'uint8', dims: [count, 3, 224, 224], data } });
      return [...(Object.values(outputs)[0]?.data ?? [])].map(Number);
    };
    const alone = (await Promise.all(pictures.map((data) => run(data, 1)))).flat();
    const together = await run(Uint8Array.from(pictures.flatMap((data) => [...data])), 2);
    await session.dispose();
    expect(together.length).toBe(2 * 965);
    for (const [i, value] of alone.entries()) expect(together[i]).toBeCloseTo(value, 5);
  });
});
