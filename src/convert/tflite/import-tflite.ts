import { createHash } from 'node:crypto';
import { toPictorError } from '../../errors.ts';
import { type Manifest, manifestSchema } from '../../models/manifest/manifest.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import type { DescribeOptions } from '../recipe/describe.ts';
import { withInputOptions } from '../recipe/pixels.ts';
import { ULTRALYTICS_RESIZE } from '../recipe/ultralytics.ts';
import { checkId } from '../requested-id.ts';
import { answerOf } from './answer.ts';
import { buildGraph, type TfliteGraph } from './build-graph.ts';
import { damaged } from './flatbuffer.ts';
import { inputRecipe } from './input-recipe.ts';
import { readMetadata, type TfliteMetadata } from './metadata.ts';
import { readTflite, type TfliteModel } from './read-model.ts';

/** Labels and the input's recipe are the file's own where the caller says nothing. */
export type TfliteImportOptions = Omit<DescribeOptions, 'side'>;

/**
 * Turns a TensorFlow Lite model into ONNX, without Python and without TensorFlow.
 *
 * Weights keep their size: 8-bit weights stay 8-bit behind DequantizeLinear, and quantised operations are written in the
 * QDQ form that the runtime fuses into integer kernels. The graph is NCHW.
 *
 * @param bytes content of the .tflite file
 * @param options id of the result; labels and task where the file's own are missing or wrong
 * @returns the ONNX file and its manifest, whose one file is `<id>.onnx`
 * @throws CONVERT_INPUT_INVALID when the file is damaged
 * @throws CONVERT_OP_UNSUPPORTED naming every operation without a translation
 * @throws OPTION_INVALID, LABELS_INVALID when the labels do not fit the outputs
 * @see https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
 * @example
 * const { model, manifest } = importTflite(await readFile('birds.tflite'), { id: 'birds' });
 * await writeFile('birds.onnx', model);
 * await writeFile('birds.json', JSON.stringify(manifest));
 */
export function importTflite(
  bytes: Uint8Array,
  options: TfliteImportOptions,
): { readonly model: Uint8Array; readonly manifest: Manifest } {
  checkId(options.id);
  try {
    const source = readTflite(bytes);
    const metadata = readMetadata(bytes, source.metadata);
    const graph = buildGraph(source, bytes.byteLength);
    const model = encodeModel({
      irVersion: 8,
      opsets: [{ domain: '', version: 17 }],
      producerName: 'pictor',
      producerVersion: '',
      domain: '',
      modelVersion: 0,
      docString: source.description,
      graph,
      metadata: [],
    });
    return { model, manifest: describe({ bytes, model, source, metadata, graph }, options) };
  } catch (error) {
    if (error instanceof RangeError) throw damaged('sizes that cannot be true', error);
    throw toPictorError(error, 'CONVERT_INPUT_INVALID');
  }
}

/** A converted file, with all that is known of it. */
interface ConvertedTflite {
  readonly bytes: Uint8Array;
  readonly model: Uint8Array;
  readonly source: TfliteModel;
  readonly metadata: TfliteMetadata;
  readonly graph: TfliteGraph;
}

function describe(
  { bytes, model, source, metadata, graph }: ConvertedTflite,
  options: TfliteImportOptions,
): Manifest {
  const input = source.tensors[source.inputs[0] ?? 0];
  if (!input) throw damaged('a graph without inputs or outputs');
  const { task, output, labels, letterbox } = answerOf(source, graph, metadata, options);
  // Eight bits without a sign are the first TensorFlow's; its successor quantises to signed ones behind an unsigned input.
  const first = input.type === 'uint8' && !source.tensors.some(({ type }) => type === 'int8');
  const kernel = first ? 'tensorflow-bilinear' : 'opencv-bilinear';
  const recipe = inputRecipe(input, metadata, kernel);
  const resize = letterbox
    ? ULTRALYTICS_RESIZE
    : task === 'detect'
      ? { rule: 'squash' as const, kernel: recipe.spec.resize.kernel }
      : recipe.spec.resize;
  const { caution } = recipe;
  const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
  return manifestSchema.parse({
    id: options.id,
    ...(metadata.title && { title: metadata.title }),
    task,
    files: [{ path: `${options.id}.onnx`, sha256: sha256(model), bytes: model.byteLength }],
    input: withInputOptions({ ...recipe.spec, resize }, options),
    output,
    ...(labels && { labels }),
    licence: metadata.licence ?? 'unknown',
    source: options.source ?? options.id,
    ...(caution && !options.pixels && { caution }),
    provenance: {
      format: 'tflite',
      sourceSha256: sha256(bytes),
      converter: 'pictor',
      note: metadata.author ? `by ${metadata.author}` : 'TensorFlow Lite to ONNX, NCHW, quantisation kept',
    },
  });
}
