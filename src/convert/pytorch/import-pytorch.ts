/**
 * PyTorch weights of known architectures: zip files, legacy streams, tar archives and safetensors.
 *
 * @module
 */
import { PictorError, toPictorError } from '../../errors.ts';
import { type Manifest, type ManifestInput, manifestSchema } from '../../models/manifest/manifest.ts';
import type { OnnxGraph, OnnxNode } from '../../models/onnx/types.ts';
import { checkLabels, fitLabels } from '../labels/fit-labels.ts';
import { ONNX_TYPE } from '../onnx/graph-builder.ts';
import { assemble, type Converted, converted, type OnnxParts } from '../recipe/assemble.ts';
import { bytesIn, cautionOf, type DescribeOptions, type Doubt, sha256 } from '../recipe/describe.ts';
import { scalingOf, withInputOptions } from '../recipe/pixels.ts';
import { checkId } from '../requested-id.ts';
import type { ByteSource } from '../source/byte-source.ts';
import type { FileFormat } from '../source/format.ts';
import { hashOf } from '../source/hash-of.ts';
import { currentKeys } from './architectures/current-keys.ts';
import { ARCHITECTURES } from './architectures/index.ts';
import type { TorchArchitecture, TorchInput, TorchOptions, TorchOutput } from './architectures/types.ts';
import { damagedTorch } from './problem.ts';
import { readStateDict, type StateDict } from './state-dict.ts';
import { TorchGraph } from './torch-graph.ts';

export interface TorchImportOptions extends DescribeOptions {
  /** For Inception: whether the graph rescales normalised pixels (default for 1000 classes: yes, as torchvision). */
  readonly transformInput?: boolean;
}

/**
 * Turns PyTorch weights into ONNX, without Python: the state dict is matched to an architecture by its keys.
 *
 * @throws CONVERT_INPUT_INVALID when the file is damaged
 * @throws CONVERT_FORMAT_UNKNOWN for weights of an unknown architecture
 * @throws FEATURE_UNSUPPORTED for whole modules, programs, and pickles that would run something
 * @throws OPTION_INVALID, LABELS_INVALID
 */
export function importPytorch(
  source: ByteSource,
  format: FileFormat,
  options: TorchImportOptions,
): Converted {
  checkId(options.id);
  try {
    return convert(source, readStateDict(source, format), options);
  } catch (error) {
    if (error instanceof RangeError) throw damagedTorch('sizes that cannot be true', error);
    throw toPictorError(error, 'CONVERT_INPUT_INVALID');
  }
}

/** The architecture of a state dict, by its keys. */
export function architectureOf({ tensors }: StateDict): TorchArchitecture | undefined {
  const keys = new Set(currentKeys(tensors).keys());
  return ARCHITECTURES.find(({ matches }) => matches((key) => keys.has(key)));
}

/** The refusal of a state dict that belongs to no architecture that is known here. */
export function architectureUnknown({ format, tensors, values }: StateDict): PictorError {
  const names = [...tensors.keys()];
  const keys = names.length > 6 ? [...names.slice(0, 3), '…', ...names.slice(-3)] : names;
  return new PictorError('CONVERT_FORMAT_UNKNOWN', {
    expected: `weights of ${ARCHITECTURES.map(({ id }) => id).join(', ')}`,
    received: `${format}: a state dict of ${tensors.size} tensors, ${values} values, with keys ${keys.join(', ')}`,
    fix: 'Export the model where it was made: torch.onnx.export(model, torch.zeros(1, 3, 224, 224), "model.onnx"), then pictor models add model.onnx',
  });
}

function convert(source: ByteSource, dict: StateDict, options: TorchImportOptions): Converted {
  const architecture = architectureOf(dict);
  if (!architecture) throw architectureUnknown(dict);
  const graph = new TorchGraph(currentKeys(dict.tensors), source.size);
  const classes = architecture.classesOf(graph);
  if (!Number.isInteger(classes) || classes < 1) throw damagedTorch(`an output layer for ${classes} classes`);
  const settings: TorchOptions = { classes, side: options.side, transformInput: options.transformInput };
  const input = architecture.input(settings);
  const outputs = architecture.build(graph, { name: graph.sink.unique('input'), channels: 3 }, settings);
  const model = assemble(graphOf(graph, input, outputs));
  const doubts = doubtsOf(architecture, classes, options);
  const manifest = describe(source, dict, model, architecture, input, settings, doubts, options);
  return converted(model, manifest, doubts);
}

function graphOf({ sink }: TorchGraph, input: TorchInput, outputs: readonly TorchOutput[]): OnnxGraph {
  const ends = outputs.map(
    ({ name, value }, i): OnnxNode => ({
      name: `output_${i}`,
      opType: 'Identity',
      domain: '',
      inputs: [value.name],
      outputs: [sink.unique(name)],
      attributes: [],
    }),
  );
  const size = input.anySize ? (['height', 'width'] as const) : [input.height, input.width];
  return {
    name: 'pytorch',
    nodes: [...sink.nodes, ...ends],
    initializers: sink.initializers,
    inputs: [{ name: 'input', elementType: ONNX_TYPE.float32, dims: ['N', 3, ...size] }],
    outputs: outputs.map(({ dims }, i) => ({
      name: ends[i]?.outputs[0] ?? '',
      elementType: ONNX_TYPE.float32,
      dims,
    })),
    valueInfos: [],
  };
}

const IMAGENET_CLASSES = 1000;

function describe(
  source: ByteSource,
  dict: StateDict,
  model: OnnxParts,
  architecture: TorchArchitecture,
  input: TorchInput,
  settings: TorchOptions,
  doubts: readonly Doubt[],
  options: TorchImportOptions,
): Manifest {
  const { id } = options;
  const { task } = architecture;
  const manifest = manifestSchema.parse({
    id,
    title: architecture.title,
    task,
    files: [{ path: `${id}.onnx`, sha256: sha256(...model), bytes: bytesIn(model) }],
    input: {
      name: 'input',
      layout: 'NCHW',
      width: input.width,
      height: input.height,
      resize: input.resize,
      ...scalingOf(input.pixels),
    },
    ...(task === 'detect'
      ? detectorOutput(architecture, settings, options)
      : classifierOutput(architecture, settings.classes, options)),
    licence: 'unknown',
    source: options.source ?? id,
    ...cautionOf(doubts),
    provenance: {
      format: 'pytorch',
      sourceSha256: hashOf(source),
      converter: 'pictor',
      note: `${dict.format}, ${architecture.title}, to ONNX, NCHW`,
    },
  } satisfies ManifestInput);
  return { ...manifest, input: withInputOptions(manifest.input, options) };
}

function classifierOutput(
  { softmax = 'outside', labels }: TorchArchitecture,
  classes: number,
  options: TorchImportOptions,
): Pick<ManifestInput, 'output' | 'labels'> {
  if (options.task === 'embed') return { output: { decoder: 'embedding' } };
  if (options.labels) checkLabels(options.labels, classes);
  const usual = labels?.length === classes ? { names: [...labels] } : undefined;
  const known = classes === IMAGENET_CLASSES ? ('imagenet-1k' as const) : usual;
  const fitted = fitLabels(options.labels, classes);
  const named = fitted.labels ?? (options.labels === undefined ? known : undefined);
  return {
    output: { decoder: 'classification', softmax, classOffset: fitted.classOffset },
    ...(named && { labels: named }),
  };
}

function detectorOutput(
  { detection, id }: TorchArchitecture,
  settings: TorchOptions,
  { labels, anchors }: TorchImportOptions,
): Pick<ManifestInput, 'output' | 'labels'> {
  const { classes } = settings;
  const output = detection?.({ ...settings, anchors, labels });
  if (!output) throw damagedTorch(`a detector ${id} without a decoder`);
  if (labels === undefined) {
    const coco = classes === 80 ? 'coco-80' : classes === 91 ? 'coco-91' : undefined;
    return { output, ...(coco && { labels: coco }) };
  }
  const names = [...labels];
  // RetinaNet counts a background that a list of labels leaves out.
  const fits = names.length === classes || (id.startsWith('retinanet') && names.length + 1 === classes);
  if (!fits) {
    throw new PictorError('LABELS_INVALID', {
      expected: `${classes} labels, one for each class of the detector`,
      received: String(labels.length),
      fix: 'Pass the detection_config.json that belongs to the model with --labels',
    });
  }
  return { output, labels: { names } };
}

function doubtsOf(
  { task, remark, id }: TorchArchitecture,
  classes: number,
  options: TorchImportOptions,
): Doubt[] {
  const doubts: Doubt[] = [];
  if (task === 'detect' && !options.anchors && id.includes('yolov3') && classes !== 80) {
    doubts.push({
      flag: '--labels',
      text: 'The file does not hold the anchors of a detector that was trained on other pictures; those of COCO are assumed. ImageAI has them in <name>_detection_config.json.',
    });
  }
  const known = classes === IMAGENET_CLASSES || classes === 80 || classes === 91;
  if (options.labels === undefined && !known && classes !== 2 && classes !== 10) {
    doubts.push({ flag: '--labels', text: `The file does not name its ${classes} classes.` });
  }
  if (remark && options.side === undefined) doubts.push({ flag: '--side', text: remark });
  return doubts;
}
