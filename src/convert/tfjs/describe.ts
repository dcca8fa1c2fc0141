import type { Manifest } from '../../models/manifest/manifest.ts';
import type { BuiltGraph } from '../recipe/built-graph.ts';
import { type Doubt, describeModel, sha256 } from '../recipe/describe.ts';
import { damaged } from './damaged.ts';
import type { TfjsFiles, TfjsImportOptions } from './types.ts';

/**
 * The manifest of a converted TensorFlow.js model.
 *
 * @param model the ONNX file
 * @throws CONVERT_INPUT_INVALID when the model does not take one picture
 * @throws LABELS_INVALID, MODEL_TASK_MISMATCH
 */
export function describe(
  files: TfjsFiles,
  model: Uint8Array,
  built: BuiltGraph,
  options: TfjsImportOptions & { readonly format: string },
): Manifest {
  return describeModel(
    [model],
    built,
    {
      format: options.format,
      sourceSha256: sha256(files.modelJson, ...files.shards.values()),
      note: 'TensorFlow.js to ONNX, NCHW, weights in their size; the hash is that of model.json and the weights files in order',
      pixels: '-1..1',
      resize: 'squash',
      doubts: doubtsOf(built, options),
      damaged,
    },
    options,
  );
}

function doubtsOf(built: BuiltGraph, options: TfjsImportOptions): Doubt[] {
  return [
    ...(options.pixels || built.pixels || built.inputs[0]?.type === 'uint8'
      ? []
      : [{ flag: '--pixels', text: 'The model does not say how pixels are scaled; −1..1 is assumed.' }]),
    ...(built.openSize && options.side === undefined
      ? [{ flag: '--side', text: 'The model takes pictures of any size; 224 pixels are assumed.' }]
      : []),
  ];
}
