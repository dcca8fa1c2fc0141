import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { TfjsFiles } from '../../src/convert/tfjs/types.ts';

/** TensorFlow.js itself on its WASM back end: what converted models are compared with. */
export async function useTfjsWasm(): Promise<typeof tf> {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${join(dirname(entry), '..', 'wasm-out')}/`);
  await tf.setBackend('wasm');
  await tf.ready();
  return tf;
}

/** The parts of a model as TensorFlow.js wants them. */
function artifacts({ modelJson, shards }: TfjsFiles): tf.io.ModelArtifacts {
  const json = JSON.parse(new TextDecoder().decode(modelJson));
  const groups: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[] = json.weightsManifest;
  const bytes = Buffer.concat(
    groups.flatMap(({ paths }) => paths.map((path) => shards.get(path) ?? Buffer.of())),
  );
  return {
    modelTopology: json.modelTopology,
    format: json.format,
    ...(json.signature && { signature: json.signature }),
    ...(json.userDefinedMetadata && { userDefinedMetadata: json.userDefinedMetadata }),
    weightSpecs: groups.flatMap(({ weights }) => weights),
    weightData: Uint8Array.from(bytes).buffer,
  };
}

export interface Reference {
  /** Values of each output for an NCHW picture. */
  readonly run: (picture: Float32Array, dims: readonly number[]) => Promise<readonly Float32Array[]>;
  readonly dispose: () => void;
}

/**
 * A model as TensorFlow.js runs it.
 *
 * @param outputs names of a graph model's outputs, in order
 */
export async function openReference(files: TfjsFiles, outputs?: readonly string[]): Promise<Reference> {
  const source = { load: async () => artifacts(files) };
  const graph = JSON.parse(new TextDecoder().decode(files.modelJson)).format === 'graph-model';
  const model = graph ? await tf.loadGraphModel(source) : await tf.loadLayersModel(source);
  const run: Reference['run'] = async (picture, dims) => {
    const results = tf.tidy(() => {
      const nhwc = tf.tensor(picture, [...dims]).transpose([0, 2, 3, 1]);
      const x = model.inputs[0]?.dtype === 'int32' ? nhwc.toInt() : nhwc;
      const given =
        model instanceof tf.GraphModel && outputs ? model.execute(x, [...outputs]) : model.predict(x);
      return (Array.isArray(given) ? given : [given]).filter((each) => each instanceof tf.Tensor);
    });
    const values = await Promise.all(results.map(async (each) => Float32Array.from(await each.data())));
    tf.dispose(results);
    return values;
  };
  return { run, dispose: () => model.dispose() };
}

/** The greatest difference between two lists, and the values there. */
export function difference(got: ArrayLike<number | bigint>, wanted: ArrayLike<number>) {
  let worst = { difference: 0, got: 0, wanted: 0 };
  for (let i = 0; i < wanted.length; i++) {
    const [own, value] = [Number(got[i]), Number(wanted[i])];
    const apart = Math.abs(own - value);
    if (!(apart <= worst.difference)) worst = { difference: apart, got: own, wanted: value };
  }
  return worst;
}
