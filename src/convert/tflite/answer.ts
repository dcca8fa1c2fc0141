import { PictorError } from '../../errors.ts';
import type { LabelsSpec, ManifestInput, Task } from '../../models/manifest/manifest.ts';
import { checkLabels, detectorLabels, fitLabels } from '../labels/fit-labels.ts';
import type { DescribeOptions } from '../recipe/describe.ts';
import { detectorHead } from '../recipe/detector-head.ts';
import type { TfliteGraph } from './build-graph.ts';
import { finalTensors } from './conversion.ts';
import { damaged } from './flatbuffer.ts';
import type { TfliteMetadata } from './metadata.ts';
import type { TfliteModel } from './read-model.ts';

/** What the outputs of a model mean. */
export interface Answer {
  readonly task: Task;
  readonly output: ManifestInput['output'];
  readonly labels?: LabelsSpec;
  /** Whether pictures are fed as Ultralytics does it. */
  readonly letterbox: boolean;
}

/**
 * Tells a classifier from a detector by the operations, the metadata and the shapes of the outputs.
 *
 * @throws FEATURE_UNSUPPORTED for segmentation and whatever else is neither
 * @throws MODEL_TASK_MISMATCH when the caller says something else
 * @throws LABELS_INVALID when the labels do not fit the outputs
 */
export function answerOf(
  source: TfliteModel,
  graph: TfliteGraph,
  metadata: TfliteMetadata,
  options: DescribeOptions,
): Answer {
  const { ultralytics } = metadata;
  const names = options.labels ?? metadata.labels;
  if (graph.detector) {
    requireTask('detect', options.task);
    const { classes, iouThreshold } = graph.detector;
    const labels = detectorLabels(names, classes);
    const parameters = { normalized: true, iouThreshold };
    return {
      task: 'detect',
      output: { decoder: 'yolov8', parameters },
      ...(labels && { labels }),
      letterbox: false,
    };
  }
  const input = source.tensors[source.inputs[0] ?? 0];
  const output = source.tensors[source.outputs[0] ?? 0];
  if (!input || !output) throw damaged('a graph without inputs or outputs');
  const [, height = 0, width = 0] = input.shape;
  const detects =
    options.task === 'detect' || options.decoder !== undefined || ultralytics?.task === 'detect';
  const head = detectorHead(
    source.outputs.map((index) => source.tensors[index]?.shape ?? []),
    { width, height, endToEnd: ultralytics?.endToEnd ?? false },
    options.decoder,
  );
  if (detects && !head) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'outputs of a detector that Pictor knows',
      received: `[${output.shape.join(', ')}]`,
      fix: 'Name how they are read with --decoder',
    });
  }
  if (head && (detects || options.task === undefined)) {
    requireTask('detect', options.task);
    const labels = detectorLabels(names, head.classes);
    const exported = ultralytics !== undefined || head.decoder === 'yolov8';
    const parameters = { ...head.parameters, ...(exported && { normalized: true }) };
    return {
      task: 'detect',
      output: { decoder: head.decoder, parameters },
      ...(labels && { labels }),
      letterbox: exported,
    };
  }
  const task = options.task ?? 'classify';
  if (task === 'embed') return { task, output: { decoder: 'embedding' }, letterbox: false };
  const classes = classesOf(output.shape);
  if (options.labels && task === 'classify') checkLabels(options.labels, classes);
  const { labels, classOffset } = fitLabels(names, classes);
  const finals = finalTensors(source);
  const inside = source.operators.some(
    ({ op, outputs }) => (op === 'SOFTMAX' || op === 'LOGISTIC') && finals.has(outputs[0] ?? -1),
  );
  return {
    task,
    output: { decoder: 'classification', softmax: inside ? 'inside' : 'outside', classOffset },
    ...(labels && { labels }),
    letterbox: false,
  };
}

/** @throws FEATURE_UNSUPPORTED for outputs that are not one row of numbers */
function classesOf(shape: readonly number[]): number {
  const classes = shape.at(-1) ?? 1;
  const [, ...own] = shape;
  const rest = own.slice(0, -1);
  if (rest.every((length) => length === 1)) return classes;
  const spatial = own.length === 3 || (own.length === 2 && classes > 8);
  throw new PictorError('FEATURE_UNSUPPORTED', {
    expected: 'a classifier, a detector or an embedder',
    received: `${spatial ? 'a segmentation model' : 'a model'} with the output [${shape.join(', ')}]`,
  });
}

function requireTask(is: Task, wanted: Task | undefined): void {
  if (wanted === undefined || wanted === is) return;
  throw new PictorError('MODEL_TASK_MISMATCH', {
    expected: `a model for ${wanted}`,
    received: `one for ${is}`,
  });
}
