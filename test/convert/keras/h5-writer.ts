import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import h5wasm from 'h5wasm/node';

export interface GroupToWrite {
  readonly name: string;
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly data: Float32Array;
  }[];
}

/** Writes a file of weights as Keras 2 does it, with the HDF5 library itself. */
export async function writeKerasWeights(
  groups: readonly GroupToWrite[],
  attributes: Readonly<Record<string, string>> = { backend: 'tensorflow', keras_version: '2.2.4' },
  below = '/',
): Promise<Uint8Array> {
  await h5wasm.ready;
  const folder = mkdtempSync(join(tmpdir(), 'pictor-h5-'));
  try {
    const path = join(folder, 'weights.h5');
    const file = new h5wasm.File(path, 'w');
    for (const [name, value] of Object.entries(attributes)) file.create_attribute(name, value);
    if (below !== '/') file.create_group(below);
    const root = below === '/' ? file : (file.get(below) as InstanceType<typeof h5wasm.Group>);
    root.create_attribute(
      'layer_names',
      groups.map(({ name }) => name),
    );
    for (const { name, weights } of groups) {
      ensureGroups(root, name.split('/'));
      const group = root.get(name) as InstanceType<typeof h5wasm.Group>;
      if (weights.length > 0)
        group.create_attribute(
          'weight_names',
          weights.map((weight) => weight.name),
        );
      for (const weight of weights) {
        ensureGroups(group, weight.name.split('/').slice(0, -1));
        group.create_dataset({ name: weight.name, data: weight.data, shape: [...weight.shape] });
      }
    }
    file.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ensureGroups(root: InstanceType<typeof h5wasm.Group>, parts: readonly string[]): void {
  let at = root;
  for (const part of parts) {
    if (!at.keys().includes(part)) at.create_group(part);
    at = at.get(part) as InstanceType<typeof h5wasm.Group>;
  }
}
