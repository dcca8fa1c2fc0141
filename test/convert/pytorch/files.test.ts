import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importModel } from '../../../src/convert/import-model.ts';
import { readStateDict } from '../../../src/convert/pytorch/state-dict.ts';
import { floatBytes, sizeOf, type TorchTensor } from '../../../src/convert/pytorch/tensor.ts';
import { fileSource } from '../../../src/convert/source/byte-source.ts';
import { formatOf } from '../../../src/convert/source/format.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { dataPath, describeWithData } from '../../support/data.ts';
import { firstOutput, pattern } from '../import-run.ts';

disableTelemetry();

function read(...name: string[]) {
  const source = fileSource(dataPath('imports', ...name));
  return readStateDict(source, formatOf(source));
}

function valuesOf(tensor: TorchTensor): Float32Array {
  const bytes = floatBytes(tensor);
  return new Float32Array(bytes.slice().buffer);
}

const CIFAR = [
  12.15787, 4.45302, -5.67423, -3.15208, -6.91701, -3.63993, -7.17594, -7.92023, 14.82916, 2.94885,
];

describeWithData('PyTorch files', () => {
  test.each(['resnet20-cifar10.th', 'resnet20-cifar10.safetensors'])(
    '%s answers as documented',
    async (name) => {
      const { format, model, manifest } = await importModel(dataPath('imports', name));
      expect(format).toBe('pytorch');
      const values = await firstOutput(model, pattern(3 * 32 * 32), [1, 3, 32, 32]);
      for (const [i, value] of CIFAR.entries())
        expect(Math.abs((values[i] ?? 0) - value)).toBeLessThan(1e-5 * 10);
      expect(manifest.labels).toMatchObject({ names: expect.arrayContaining(['airplane', 'truck']) });
    },
  );

  test('P-Net of MTCNN answers as documented', async () => {
    const { model } = await importModel(dataPath('imports', 'mtcnn-pnet.pt'));
    const [first = 0, second = 0] = await firstOutput(model, pattern(3 * 12 * 12), [1, 3, 12, 12]);
    expect(Math.abs(first - 0.98891568)).toBeLessThan(1e-5);
    expect(Math.abs(second - 0.01108435)).toBeLessThan(1e-5);
  });

  test('tensors that are not contiguous', () => {
    const { tensors } = read('mtcnn-rnet.pt');
    expect(tensors.size).toBe(16);
    const { tensors: strided } = read('synthetic', 'strides.pt');
    for (const tensor of strided.values()) expect(valuesOf(tensor).length).toBe(sizeOf(tensor));
  });

  test.each([
    ['fastestdet-coco.pth', 420, 252_938],
    ['minifasnetv2-80.pth', 334, 444_978],
  ])('%s is read and refused by what it holds', async (name, tensors, values) => {
    const dict = read(name);
    expect(dict.tensors.size).toBe(tensors);
    expect(dict.values).toBe(values);
    await expect(importModel(dataPath('imports', name))).rejects.toMatchObject({
      code: 'CONVERT_FORMAT_UNKNOWN',
      message: expect.stringMatching(new RegExp(`${tensors} tensors, ${values} values`)),
    });
  });

  test('the same weights in a zip, a stream and a tar archive', () => {
    const wanted: Record<string, number[]> = JSON.parse(
      readFileSync(dataPath('imports', 'synthetic', 'sd_tar.values.json'), 'utf8'),
    );
    const { tensors } = read('synthetic', 'sd_tar.pth');
    expect([...tensors.keys()]).toEqual(expect.arrayContaining(Object.keys(wanted)));
    for (const [key, values] of Object.entries(wanted)) {
      const tensor = tensors.get(key);
      for (const [i, value] of values.entries()) expect(tensor && valuesOf(tensor)[i]).toBeCloseTo(value, 5);
    }
    const [zip, stream] = [read('synthetic', 'sd_zip.pt'), read('synthetic', 'sd_legacy.pt')];
    expect([...zip.tensors.keys()]).toEqual([...stream.tensors.keys()]);
    for (const [key, tensor] of zip.tensors) {
      const other = stream.tensors.get(key);
      expect(other && valuesOf(other)).toEqual(valuesOf(tensor));
    }
  });

  test('half precision, bfloat16 and training checkpoints', () => {
    for (const name of ['sd_half.pt', 'sd_bf16.pt', 'ckpt.pt']) {
      const { tensors } = read('synthetic', name);
      expect(tensors.size, name).toBeGreaterThan(0);
      for (const tensor of tensors.values()) expect([...valuesOf(tensor)].every(Number.isFinite)).toBe(true);
    }
  });

  test.each([
    ['full_zip.pt', /whole module \(__main__\.Net\).*state_dict/],
    ['full_legacy.pt', /whole module \(__main__\.Net\).*state_dict/],
    ['script.pt', /TorchScript.*torch\.onnx\.export/],
    ['hostile-os-system.pt', /would run (os|posix)\.system in Python\. Nothing of it was run/],
  ])('%s is refused by name', async (name, message) => {
    await expect(importModel(dataPath('imports', 'synthetic', name))).rejects.toMatchObject({
      code: 'FEATURE_UNSUPPORTED',
      message: expect.stringMatching(message),
    });
  });

  test('a pickle that would touch a file touches none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pictor-pickle-'));
    try {
      const [path, victim] = [join(folder, 'evil.pth'), join(folder, 'touched')];
      await writeFile(
        path,
        Buffer.from(
          `\x80\x02cposix\nsystem\nX${String.fromCharCode(victim.length + 6)}\0\0\0touch ${victim}\x85R.`,
          'latin1',
        ),
      );
      await expect(importModel(path)).rejects.toMatchObject({ code: 'FEATURE_UNSUPPORTED' });
      expect(existsSync(victim)).toBe(false);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
