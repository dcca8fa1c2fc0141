import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ManifestInput } from '../../src/models/manifest/manifest.ts';
import { encodeModel } from '../../src/models/onnx/encode.ts';
import { ELEMENT } from '../../src/models/onnx/types.ts';
import { type ModelStoreOptions, openModelStore } from '../../src/models/store/store.ts';
import type { ModelStore } from '../../src/models/types.ts';

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-models-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A classifier of two colours in 8×8 pixels: mean of each channel, times a matrix.
 *
 * @param padding bytes of ballast, so that a download takes more than one chunk
 */
export function tinyModel(padding = 0): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsets: [{ domain: '', version: 13 }],
    producerName: 'pictor-test',
    producerVersion: '',
    domain: '',
    modelVersion: 0,
    docString: 'x'.repeat(padding),
    metadata: [],
    graph: {
      name: 'tiny',
      nodes: [
        node('GlobalAveragePool', ['pixels'], 'pooled'),
        node('Flatten', ['pooled'], 'features'),
        node('MatMul', ['features', 'weights'], 'scores'),
      ],
      initializers: [
        {
          name: 'weights',
          dims: [3, 2],
          dataType: ELEMENT.float32,
          floatData: Float32Array.of(1, 0, 0, 0, 0, 1),
        },
      ],
      inputs: [{ name: 'pixels', elementType: ELEMENT.float32, dims: ['n', 3, 8, 8] }],
      outputs: [{ name: 'scores', elementType: ELEMENT.float32, dims: ['n', 2] }],
      valueInfos: [],
    },
  });
}

function node(opType: string, inputs: string[], output: string) {
  return { name: opType, opType, domain: '', inputs, outputs: [output], attributes: [] };
}

/** What {@link tinyModel} is, without its files. */
export function tinyRecipe(id = 'tiny'): Omit<ManifestInput, 'files'> {
  return {
    id,
    task: 'classify',
    input: { layout: 'NCHW', width: 8, height: 8, resize: { rule: 'squash' }, scale: 1 / 255 },
    output: { decoder: 'classification', softmax: 'outside' },
    labels: { names: ['red', 'blue'] },
    licence: 'Apache-2.0',
    source: 'made in a test',
  };
}

/** The whole manifest of some bytes. */
export function tinyManifest(bytes: Uint8Array, urls: string[] = [], id = 'tiny'): ManifestInput {
  return {
    ...tinyRecipe(id),
    files: [{ path: 'tiny.onnx', urls, sha256: sha256(bytes), bytes: bytes.length }],
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes `tiny.onnx` and, if wanted, its manifest. @returns path of the model */
export async function tinyOnDisk(folder: string, { manifest = true } = {}): Promise<string> {
  const bytes = tinyModel();
  const path = join(folder, 'tiny.onnx');
  await writeFile(path, bytes);
  if (manifest) await writeFile(join(folder, 'tiny.manifest.json'), JSON.stringify(tinyManifest(bytes)));
  return path;
}

/** A store in a folder of its own, without embedded models and without a catalogue unless given. */
export async function openTestStore(
  options: ModelStoreOptions = {},
): Promise<{ readonly store: ModelStore; readonly folder: string }> {
  const folder = options.folder ?? (await temporaryFolder());
  const embedded = options.embedded ?? `${folder}-embedded`;
  const store = openModelStore({ env: {}, catalogue: [], ...options, folder, embedded });
  return { store, folder };
}
