import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { loadNativeBackend } from '../../../engine/backends/native.ts';
import type { BackendSession } from '../../../engine/backends/types.ts';
import type { InputSpec } from '../../../image/input-spec.ts';
import { encodeModel } from '../../../models/onnx/encode.ts';
import { ELEMENT } from '../../../models/onnx/types.ts';
import { elements } from '../../../models/onnx/values.ts';
import { nodesFor } from '../../graph/prune.ts';
import type { LayerPlan } from '../layers.ts';
import type { FineTuneSettings } from '../options.ts';
import type { TrainingPicture } from '../types.ts';
import { prepareVariants, type Variant } from './pictures.ts';
import { openRecordFile, type RecordFile } from './record-file.ts';

/** Pictures that go through the frozen layers together. */
export const FROZEN_BATCH = 8;

/** The layers below the trained ones, with constant weights; undefined where there are none. */
export async function openFrozen(
  { backbone, cut, shapes }: LayerPlan,
  threads: number,
): Promise<BackendSession | undefined> {
  const { model, input } = backbone;
  if (cut.tensor === input) return undefined;
  const { graph } = model;
  const nodes = nodesFor(graph, [cut.tensor]);
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const [, ...item] = shapes(1).get(cut.tensor) ?? [];
  const bytes = encodeModel({
    ...model,
    graph: {
      ...graph,
      nodes,
      initializers: graph.initializers.filter(({ name }) => used.has(name)),
      outputs: [{ name: cut.tensor, elementType: ELEMENT.float32, dims: ['N', ...item] }],
      valueInfos: [],
    },
  });
  return (await loadNativeBackend()).load(bytes, { intraOpThreads: threads });
}

/** What the frozen layers made of each variant of each picture: training pictures first, then validation ones. */
export interface Rows {
  readonly file: RecordFile;
  readonly size: number;
  readonly variants: readonly Variant[];
  /** Place in the file of a training picture's variant. */
  train(picture: number, variant: number): number;
  /** Place in the file of a validation picture. */
  validation(picture: number): number;
}

export interface RowsOptions {
  readonly plan: LayerPlan;
  readonly frozen: BackendSession | undefined;
  readonly input: InputSpec;
  readonly settings: FineTuneSettings;
  readonly variants: readonly Variant[];
  readonly train: readonly TrainingPicture[];
  readonly validation: readonly TrainingPicture[];
  /** Content hashes, in the same order. */
  readonly hashes: readonly string[];
  readonly folder: string;
  /** Of all that the rows depend on. */
  readonly fingerprint: string;
  readonly onRow: (done: number, total: number) => Promise<void>;
  readonly stopped: () => boolean;
}

/**
 * Makes the rows, or goes on where an earlier run was cut off.
 *
 * @throws IMAGE_*, FILE_WRITE_FAILED
 */
export async function makeRows(options: RowsOptions): Promise<Rows> {
  const { plan, frozen, input, settings, variants, train, validation, hashes } = options;
  const size = elements((plan.shapes(1).get(plan.cut.tensor) ?? []).slice(1));
  const name = createHash('sha256').update(options.fingerprint).digest('hex').slice(0, 16);
  const file = openRecordFile(join(options.folder, `rows-${name}.bin`), size);
  const total = train.length * variants.length + validation.length;
  const rows: Rows = {
    file,
    size,
    variants,
    train: (picture, variant) => picture * variants.length + variant,
    validation: (picture) => train.length * variants.length + picture,
  };
  const waiting: Float32Array[] = [];
  const flush = async () => {
    if (waiting.length === 0) return;
    for (const row of await throughFrozen(plan, frozen, waiting)) file.append(row);
    waiting.length = 0;
    await options.onRow(file.count, total);
  };
  for (const [i, picture] of [...train, ...validation].entries()) {
    const own: readonly Variant[] = i < train.length ? variants : [0];
    const first = i < train.length ? rows.train(i, 0) : rows.validation(i - train.length);
    const missing = own.slice(Math.max(0, file.count + waiting.length - first));
    if (missing.length === 0) continue;
    if (options.stopped()) break;
    waiting.push(...(await prepareVariants(picture, missing, input, settings, hashes[i] ?? '')));
    if (waiting.length >= FROZEN_BATCH) await flush();
  }
  await flush();
  return rows;
}

async function throughFrozen(
  { backbone, cut }: LayerPlan,
  frozen: BackendSession | undefined,
  tensors: readonly Float32Array[],
): Promise<readonly Float32Array[]> {
  if (!frozen) return tensors;
  const length = elements(backbone.dims);
  const result: Float32Array[] = [];
  for (let from = 0; from < tensors.length; from += FROZEN_BATCH) {
    const part = tensors.slice(from, from + FROZEN_BATCH);
    const data = new Float32Array(part.length * length);
    for (const [i, tensor] of part.entries()) data.set(tensor, i * length);
    const dims = [part.length, ...backbone.dims];
    const found = await frozen.run({ [backbone.input]: { type: 'float32', dims, data } });
    const output = found[cut.tensor]?.data;
    if (!(output instanceof Float32Array)) continue;
    const size = output.length / part.length;
    for (let i = 0; i < part.length; i++) result.push(output.subarray(i * size, (i + 1) * size));
  }
  return result;
}
