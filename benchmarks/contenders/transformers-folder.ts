import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renameGraphPorts } from '../rename-ports.ts';
import type { BenchModel } from './contender.ts';

/** A folder as transformers.js loads models from: two JSON files, and the graph with the port names it expects. */
export async function layOutForTransformers(model: BenchModel): Promise<{ root: string; name: string }> {
  const root = await mkdtemp(join(tmpdir(), 'pictor-bench-'));
  const folder = join(root, model.id, 'onnx');
  await mkdir(folder, { recursive: true });
  const graph = renameGraphPorts(
    await readFile(model.path),
    new Map([
      [model.input, 'pixel_values'],
      [model.output, 'logits'],
    ]),
  );
  await writeFile(join(folder, 'model.onnx'), graph);
  const id2label = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, String(i)]));
  const json = (name: string, value: unknown) => writeFile(join(root, model.id, name), JSON.stringify(value));
  await json('config.json', {
    model_type: 'resnet',
    architectures: ['ResNetForImageClassification'],
    id2label,
  });
  await json('preprocessor_config.json', {
    image_processor_type: 'ViTImageProcessor',
    do_resize: true,
    size: { width: model.size, height: model.size },
    resample: 2,
    do_rescale: true,
    rescale_factor: model.scale,
    do_normalize: true,
    image_mean: model.mean,
    image_std: model.std,
    do_flip_channel_order: model.channelOrder === 'BGR',
  });
  return { root, name: model.id };
}
