/**
 * Whether a graph and a manifest are about the same model.
 *
 * @module
 */

import { PictorError } from '../../errors.ts';
import { itemShape } from '../../image/input-shape.ts';
import { resolveLabels } from '../labels/index.ts';
import { ELEMENT, type OnnxGraph, type OnnxModel, type OnnxValueInfo } from '../onnx/types.ts';
import type { Manifest } from './manifest.ts';

/** Inputs that a caller has to feed: older files list their weights among the inputs. */
export function feedsOf(graph: OnnxGraph): OnnxValueInfo[] {
  const weights = new Set(graph.initializers.map(({ name }) => name));
  return graph.inputs.filter(({ name }) => !weights.has(name));
}

/**
 * Compares a graph with what the manifest says of its input, outputs and classes.
 *
 * @throws MODEL_MANIFEST_INVALID, LABELS_INVALID
 */
export function requireFit({ graph }: OnnxModel, manifest: Manifest): void {
  const { input, output, id } = manifest;
  const feeds = feedsOf(graph);
  const feed = input.name === undefined ? feeds[0] : feeds.find(({ name }) => name === input.name);
  if (!feed) {
    throw misfit(
      `an input of the graph (${list(feeds)})`,
      `input.name ${JSON.stringify(input.name)} in ${id}`,
    );
  }
  requireInput(feed, manifest);
  if (
    'name' in output &&
    output.name !== undefined &&
    !graph.outputs.some(({ name }) => name === output.name)
  ) {
    throw misfit(
      `an output of the graph (${list(graph.outputs)})`,
      `output.name ${JSON.stringify(output.name)}`,
    );
  }
  requireLabels(graph, manifest);
}

function requireInput({ name, elementType, dims }: OnnxValueInfo, { input, id }: Manifest): void {
  if (elementType !== 0 && elementType !== ELEMENT[input.elementType]) {
    const found = Object.entries(ELEMENT).find(([, number]) => number === elementType)?.[0] ?? elementType;
    throw misfit(`input.elementType ${found}, as the graph has it`, `${input.elementType} in ${id}`);
  }
  if (!dims) return;
  const wanted = itemShape(input, input.height, input.width);
  const fits =
    dims.length === 4 &&
    wanted.every(
      (length, i) => typeof dims[i + 1] !== 'number' || Number(dims[i + 1]) <= 0 || dims[i + 1] === length,
    );
  if (fits) return;
  throw misfit(
    `the shape of the graph's input ${name}: [${dims.map((dim) => dim || '?').join(', ')}]`,
    `${input.layout} [1, ${wanted.join(', ')}] in ${id}`,
  );
}

function requireLabels(graph: OnnxGraph, { output, labels, id }: Manifest): void {
  if (output.decoder !== 'classification' || !labels) return;
  const name = output.name ?? graph.outputs[0]?.name;
  const dims = graph.outputs.find((value) => value.name === name)?.dims ?? [];
  const lengths = dims.slice(1);
  if (lengths.length === 0 || lengths.some((length) => typeof length !== 'number' || length <= 0)) return;
  const classes =
    lengths.reduce<number>((product, length) => product * Number(length), 1) - output.classOffset;
  const named = resolveLabels(labels).length;
  if (classes === named) return;
  throw new PictorError('LABELS_INVALID', {
    expected: `${classes} labels, as many as the graph has classes`,
    received: `${named} in ${id}`,
    ...(classes === named + 1 && { fix: 'Set output.classOffset to 1 if class 0 is the background' }),
  });
}

function misfit(expected: string, received: string): PictorError {
  return new PictorError('MODEL_MANIFEST_INVALID', { expected, received });
}

function list(values: readonly OnnxValueInfo[]): string {
  return values.map(({ name }) => name).join(', ') || 'none';
}
