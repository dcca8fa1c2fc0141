import { toPictorError } from '../../errors.ts';
import type { Manifest } from '../../models/manifest/manifest.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import { checkId } from '../requested-id.ts';
import { damaged } from './damaged.ts';
import { describe } from './describe.ts';
import { buildTfjsGraph } from './graph/build-graph.ts';
import { buildLayers } from './layers/build-layers.ts';
import { kindOfModel, parseModelJson } from './model-json.ts';
import { readWeights } from './read-weights.ts';
import type { TfjsFiles, TfjsImportOptions } from './types.ts';

/**
 * Turns a TensorFlow.js model into ONNX, without Python and without TensorFlow.
 *
 * Weights keep their size: float16 and 8-bit weights are widened by nodes that the runtime folds. The graph is NCHW.
 *
 * @param files `model.json` and the weights files that it names
 * @param options id of the result; labels, task and the scale of pixels where the model cannot tell
 * @returns the ONNX file and its manifest, whose one file is `<id>.onnx`
 * @throws CONVERT_INPUT_INVALID when the files are damaged, or do not fit each other
 * @throws CONVERT_OP_UNSUPPORTED naming every operation without a translation
 * @throws OPTION_INVALID, LABELS_INVALID, MODEL_TASK_MISMATCH
 * @example
 * const shards = new Map([['weights.bin', await readFile('weights.bin')]]);
 * const { model, manifest } = importTfjs({ modelJson: await readFile('model.json'), shards }, { id: 'mine' });
 * await writeFile('mine.onnx', model);
 * await writeFile('mine.manifest.json', JSON.stringify(manifest));
 */
export function importTfjs(
  files: TfjsFiles,
  options: TfjsImportOptions,
): { readonly model: Uint8Array; readonly manifest: Manifest } {
  checkId(options.id);
  try {
    const json = parseModelJson(files.modelJson);
    const weights = readWeights(json.weightsManifest, files.shards);
    const kind = kindOfModel(json);
    const sourceBytes = [...files.shards.values()].reduce((sum, shard) => sum + shard.byteLength, 0);
    const settings = { sourceBytes, side: options.side ?? 224, outputs: options.outputs };
    const built = (kind === 'graph' ? buildTfjsGraph : buildLayers)(json, weights, settings);
    const model = encodeModel({
      irVersion: 8,
      opsets: [{ domain: '', version: 17 }],
      producerName: 'pictor',
      producerVersion: '',
      domain: '',
      modelVersion: 0,
      docString: '',
      graph: built.graph,
      metadata: [],
    });
    return { model, manifest: describe(files, model, built, { ...options, format: `tfjs-${kind}` }) };
  } catch (error) {
    if (error instanceof RangeError) throw damaged('sizes that cannot be true', error);
    throw toPictorError(error, 'CONVERT_INPUT_INVALID');
  }
}
