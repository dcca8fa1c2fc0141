/**
 * Keras models: HDF5 files of Keras 1 to 3, and the `.keras` archives of Keras 3.
 *
 * @module
 */
import { PictorError, toPictorError } from '../../errors.ts';
import { openHdf5 } from '../hdf5/file.ts';
import { assemble, type Converted, converted } from '../recipe/assemble.ts';
import type { BuiltGraph } from '../recipe/built-graph.ts';
import { type DescribeOptions, type Doubt, describeModel, type Origin } from '../recipe/describe.ts';
import type { PixelRange } from '../recipe/pixels.ts';
import { checkId } from '../requested-id.ts';
import type { ByteSource } from '../source/byte-source.ts';
import type { FileSet } from '../source/file-set.ts';
import { hashOf } from '../source/hash-of.ts';
import { buildModel } from '../tfjs/layers/build-layers.ts';
import { readTopology } from '../tfjs/layers/topology.ts';
import { readKerasArchive, withConfig } from './archive.ts';
import { cutAtHeads, detectorOf, isRetinanet } from './detectors.ts';
import { requireInert } from './inert.ts';
import { matchWeights } from './match-weights.ts';
import { damagedKeras } from './problem.ts';
import { allWeights, type KerasFile, readKerasFile } from './read-groups.ts';
import { recognise } from './recognise.ts';
import { usualPixels } from './usual-pixels.ts';

/**
 * Turns a Keras model into ONNX, without Python and without TensorFlow.
 *
 * @param source an `.h5` or `.hdf5` file, or a `.keras` archive
 * @param options id of the result, and what the file cannot tell
 * @param beside what lies beside the weights of an archive that was unpacked
 * @throws CONVERT_INPUT_INVALID when the file is damaged
 * @throws CONVERT_OP_UNSUPPORTED naming every layer without a translation, or that is a program
 * @throws CONVERT_FORMAT_UNKNOWN for weights of an unknown architecture
 * @throws FEATURE_UNSUPPORTED for links and data outside of the file
 * @throws OPTION_INVALID, LABELS_INVALID, MODEL_TASK_MISMATCH
 */
export function importKeras(
  source: ByteSource,
  options: DescribeOptions,
  beside: KerasParts = {},
): Converted {
  checkId(options.id);
  try {
    return convert(source, readKeras(source, beside), options);
  } catch (error) {
    if (error instanceof RangeError) throw damagedKeras('sizes that cannot be true', error);
    throw toPictorError(error, 'CONVERT_INPUT_INVALID');
  }
}

/** What a `.keras` archive holds besides its weights, where somebody unpacked it. */
export interface KerasParts {
  readonly config?: Uint8Array;
  readonly metadata?: Uint8Array;
}

/** Reads the structure of an HDF5 file or a `.keras` archive. */
export function readKeras(source: ByteSource, { config, metadata }: KerasParts = {}): KerasFile {
  const zip = source.size >= 2 && source.read(0, 2)[0] === 0x50;
  if (zip) return readKerasArchive(source);
  const stored = readKerasFile(openHdf5(source));
  return config === undefined || stored.config !== undefined ? stored : withConfig(stored, config, metadata);
}

/** The parts of an unpacked `.keras` archive that lie beside its `model.weights.h5`. */
export async function kerasPartsBeside(files: FileSet, name: string): Promise<KerasParts> {
  const folder = /^(.*\/)?model\.weights\.h5$/.exec(name);
  const path = (part: string) => `${folder?.[1] ?? ''}${part}`;
  if (!folder || !files.names.includes(path('config.json'))) return {};
  const config = await files.read(path('config.json'));
  const known = files.names.includes(path('metadata.json'));
  return { config, ...(known && { metadata: await files.read(path('metadata.json')) }) };
}

function convert(source: ByteSource, file: KerasFile, options: DescribeOptions): Converted {
  const { config } = file;
  if (config === undefined) return convertWeights(source, file, options);
  requireInert(config);
  const version = file.version ?? '2';
  const whole = readTopology({ modelTopology: { model_config: config }, weightsManifest: [] });
  const retinanet = isRetinanet(whole);
  const topology = retinanet ? cutAtHeads(whole) : whole;
  const side = options.side ?? (retinanet ? RETINANET_SIDE : topology.outputs.length > 1 ? YOLO_SIDE : 224);
  const built = buildModel(topology, matchWeights(topology, file.weights), {
    sourceBytes: source.size,
    side,
    keras: version.startsWith('3') ? 3 : 2,
    tfjs: false,
  });
  const detector = detectorOf(built, retinanet, options.anchors);
  const usual = detector
    ? { pixels: detector.pixels, resize: 'squash' as const, certain: true }
    : usualPixels(topology);
  const doubts: Doubt[] = [];
  if (!options.pixels && !built.pixels && !usual.certain) {
    const why = usual.because === undefined ? '' : `, as ${usual.because} has it`;
    doubts.push({
      flag: '--pixels',
      text: `The model does not say how pixels are scaled; ${SAID[usual.pixels]} is assumed${why}.`,
    });
  }
  if (built.openSize && options.side === undefined) {
    doubts.push({
      flag: '--side',
      text: `The model takes pictures of any size; ${side} pixels are assumed.`,
    });
  }
  if (detector) doubts.push(...detectorDoubts(detector.classes, retinanet, options));
  return finish(source, built, options, {
    pixels: usual.pixels,
    resize: usual.resize,
    ...(detector && { detector }),
    doubts,
    note: `Keras ${version} (${topology.name}) to ONNX, NCHW`,
  });
}

const RETINANET_SIDE = 800;
const YOLO_SIDE = 416;
const COCO_CLASSES = 80;

function detectorDoubts(classes: number, retinanet: boolean, { labels, anchors }: DescribeOptions): Doubt[] {
  const doubts: Doubt[] = [];
  if (!retinanet && anchors === undefined && classes !== COCO_CLASSES) {
    doubts.push({
      flag: '--labels',
      text: 'The file does not hold the anchors of a detector that was trained on other pictures; those of COCO are assumed. ImageAI has them in detection_config.json.',
    });
  }
  if (labels === undefined && classes !== COCO_CLASSES) {
    doubts.push({ flag: '--labels', text: `The file does not name its ${classes} classes.` });
  }
  return doubts;
}

/** Classes of ImageNet, whose models are fed otherwise than those that people train. */
const IMAGENET_CLASSES = 1000;

function convertWeights(source: ByteSource, file: KerasFile, options: DescribeOptions): Converted {
  const found = recognise(file.weights, options.recipe);
  if (!found) throw architectureMissing(file);
  const { architecture, classes, built: net, weights, alternatives, names } = found;
  // The weights of rcmalli were made for another size than ImageAI's, and have names of their own.
  const original = architecture.id === 'squeezenet' && names.includes('fire2/squeeze1x1');
  const side = options.side ?? (original ? 227 : architecture.side);
  const built = buildModel(net.model, weights, { sourceBytes: source.size, side, keras: 2, tfjs: false });
  const detector = architecture.detector ? detectorOf(built, false, options.anchors) : undefined;
  const imagenet = classes === IMAGENET_CLASSES && !detector;
  const pixels = imagenet ? architecture.pixels : '0..1';
  const doubts: Doubt[] = [];
  if (options.side === undefined) {
    doubts.push({
      flag: '--side',
      text: `Weights do not say the size of pictures; ${side} pixels are assumed.`,
    });
  }
  if (options.pixels === undefined && !detector) {
    const why = imagenet ? 'as the weights for ImageNet have it' : 'as ImageAI trains';
    doubts.push({
      flag: '--pixels',
      text: `Weights do not say how pixels are scaled; ${SAID[pixels]} is assumed, ${why}.`,
    });
  }
  if (alternatives.length > 0) {
    doubts.push({
      flag: '--recipe',
      text: `The weights also fit ${alternatives.join(' and ')}; ${architecture.id} was chosen by the names of the layers.`,
    });
  }
  if (detector) doubts.push(...detectorDoubts(classes, false, options));
  const { remark } = architecture;
  if (imagenet && remark && options.recipe === undefined && options.pixels === undefined) {
    doubts.push({ flag: '--recipe', text: remark });
  }
  return finish(source, built, options, {
    pixels,
    resize: 'squash',
    ...(detector && { detector }),
    doubts,
    note: `${architecture.title}, weights only, to ONNX, NCHW; the outputs are logits`,
    ...(imagenet && { labels: 'imagenet-1k', title: architecture.title }),
  });
}

function finish(
  source: ByteSource,
  built: BuiltGraph,
  options: DescribeOptions,
  known: Pick<Origin, 'pixels' | 'resize' | 'doubts' | 'note' | 'labels' | 'title' | 'detector'>,
): Converted {
  const model = assemble(built.graph);
  const manifest = describeModel(
    model,
    built,
    {
      ...known,
      format: 'keras',
      sourceSha256: hashOf(source),
      // Keras reads pictures with Pillow's nearest neighbour.
      kernel: known.resize === 'squash' ? 'nearest' : 'bilinear',
      damaged: damagedKeras,
    },
    options,
  );
  return converted(model, manifest, known.doubts);
}

const SAID: Readonly<Record<PixelRange, string>> = {
  '0..1': '0..1',
  '-1..1': '−1..1',
  '0..255': '0..255',
  imagenet: 'the mean and deviation of ImageNet',
  caffe: 'BGR minus the means of ImageNet',
  'caffe-0.017': 'BGR minus the means of ImageNet, times 0.017',
};

/** The refusal of weights that belong to no architecture that is known here. */
function architectureMissing(file: KerasFile): PictorError {
  const weights = allWeights(file.weights);
  const values = weights.reduce(
    (sum, { constant }) => sum + constant.shape.reduce((product, dim) => product * dim, 1),
    0,
  );
  const first = weights
    .filter(({ constant }) => constant.shape.length > 1)
    .slice(0, 3)
    .map(({ constant }) => `[${constant.shape.join(', ')}]`);
  const version = file.version === undefined ? 'Keras' : `Keras ${file.version}`;
  return new PictorError('CONVERT_FORMAT_UNKNOWN', {
    expected: 'a whole Keras model, or weights of an architecture that Pictor knows',
    received: `weights only (${version}, ${weights.length} tensors, ${values} values, first kernels ${first.join(' ') || 'none'})`,
    fix: 'Load the weights into their model where it was trained and save all of it: model.save("model.h5")',
  });
}
