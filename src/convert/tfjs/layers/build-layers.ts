import type { OnnxGraph } from '../../../models/onnx/types.ts';
import { dependencyOrder } from '../../onnx/dependency-order.ts';
import { GraphBuilder, ONNX_TYPE } from '../../onnx/graph-builder.ts';
import { BatchNeedsNumber, invalid } from '../../onnx/problem.ts';
import type { Computed, Constant, Dim, Value } from '../../onnx/value.ts';
import type { BuildOptions, BuiltGraph } from '../../recipe/built-graph.ts';
import type { PixelRange } from '../../recipe/pixels.ts';
import { damaged } from '../damaged.ts';
import type { TfjsModelJson } from '../model-json.ts';
import { naming, refuseUnsupported } from '../problems.ts';
import { Config } from './config.ts';
import { LayerWeights, type WeightSource } from './layer-weights.ts';
import { ACTIVATIONS, lastActivation } from './ops/activations.ts';
import { CORE } from './ops/core.ts';
import { LayerCall, type LayerHandlers } from './ops/handler.ts';
import { WINDOWS } from './ops/windows.ts';
import { type Layer, type LayerRef, type LayersModel, readTopology, shapeIn } from './topology.ts';

const HANDLERS: LayerHandlers = { ...ACTIVATIONS, ...CORE, ...WINDOWS };

/** What one call of a layer counts against the bound on values: four thousand calls are more than any model has. */
const LAYER_COST = 50;

/** Layers after which the values are still those of the activation before. */
const MOVES = new Set(['Flatten', 'Reshape', 'Dropout', 'Permute']);

/** What every level of a model, and of the models inside of it, works with. */
interface Context {
  readonly graph: GraphBuilder;
  readonly weights: WeightSource;
  readonly keras: 2 | 3;
  readonly tfjs: boolean;
}

/**
 * Writes the ONNX graph of a layers model: rank-4 inputs are NCHW, outputs keep TensorFlow's order.
 *
 * @throws CONVERT_OP_UNSUPPORTED naming every layer without a translation
 * @throws CONVERT_INPUT_INVALID when the model contradicts itself
 */
export function buildLayers(
  json: TfjsModelJson,
  weights: ReadonlyMap<string, Constant>,
  options: BuildOptions,
): BuiltGraph {
  const version = json.modelTopology['keras_version'];
  const keras = typeof version === 'string' && version.startsWith('3') ? 3 : 2;
  return buildModel(readTopology(json), new LayerWeights(weights), { ...options, keras, tfjs: true });
}

/**
 * {@link buildLayers} for a model that is read already, with weights from anywhere.
 *
 * @throws CONVERT_OP_UNSUPPORTED naming every layer without a translation
 * @throws CONVERT_INPUT_INVALID when the model contradicts itself
 */
export function buildModel(
  model: LayersModel,
  weights: WeightSource,
  options: BuildOptions & { readonly keras: 2 | 3; readonly tfjs: boolean },
): BuiltGraph {
  refuseUnsupported(unsupportedIn(model));
  const { keras, tfjs } = options;
  const attempt = (batch: Dim) => {
    const context = { graph: new GraphBuilder(options.sourceBytes), weights, keras, tfjs } as const;
    return build(model, context, batch, options.side);
  };
  try {
    return attempt('N');
  } catch (error) {
    if (!(error instanceof BatchNeedsNumber)) throw error;
    return attempt(1);
  }
}

function unsupportedIn(model: LayersModel): { readonly op: string; readonly name: string }[] {
  return model.layers.flatMap(({ kind, name, model: inner }) => {
    if (inner) return unsupportedIn(inner);
    return kind === 'InputLayer' || Object.hasOwn(HANDLERS, kind) ? [] : [{ op: kind, name }];
  });
}

function build(model: LayersModel, context: Context, batch: Dim, side: number): BuiltGraph {
  const { graph } = context;
  const declared = model.inputs.map((ref) => declareInput(graph, layerOf(model, ref), batch, side));
  const results = run(
    model,
    context,
    declared.map(({ value }) => value),
    [],
  );
  const outputs = results.map((value, i) => {
    const ref = model.outputs[i];
    const name = naming('an output', () =>
      graph.sink.node('Identity', [graph.read(value)], {}, ref?.layer ?? 'output'),
    );
    const last = ref ? lastOf(model, ref) : 'other';
    return { name, shape: value.shape, type: value.type, last };
  });
  const { nodes, initializers } = graph.sink;
  const onnx: OnnxGraph = {
    name: 'tfjs',
    nodes,
    initializers,
    inputs: declared.map(({ name, value: { shape } }) => {
      const [n = 1, h = 1, w = 1, c = 1] = shape;
      return { name, elementType: ONNX_TYPE.float32, dims: shape.length === 4 ? [n, c, h, w] : shape };
    }),
    outputs: outputs.map(({ name, shape, type }) => ({ name, elementType: ONNX_TYPE[type], dims: shape })),
    valueInfos: [],
  };
  return {
    graph: onnx,
    inputs: declared.map(({ name, value }) => ({ name, shape: value.shape, type: 'float32' })),
    outputs,
    pixels: pixelsOf(model),
    openSize: declared.some(({ open }) => open),
  };
}

function declareInput(
  graph: GraphBuilder,
  layer: Layer,
  batch: Dim,
  side: number,
): { readonly name: string; readonly value: Computed; readonly open: boolean } {
  const declared = shapeIn(layer);
  if (!Array.isArray(declared) || declared.length < 1 || declared.length > 8) {
    throw damaged(`the input ${layer.name} without a shape`);
  }
  const shape = declared.map((dim: unknown, axis): Dim => {
    if (axis === 0) return typeof dim === 'number' && dim >= 1 ? dim : batch;
    if (typeof dim === 'number' && Number.isInteger(dim) && dim >= 1 && dim < 2 ** 31) return dim;
    if (dim === null && declared.length === 4 && axis < 3) return side;
    throw damaged(`the input ${layer.name} with a length of ${String(dim)}`);
  });
  const name = graph.sink.unique(layer.name);
  return { name, value: graph.computed(name, shape, 'nchw'), open: declared.slice(1).includes(null) };
}

function layerOf(model: LayersModel, { layer }: LayerRef): Layer {
  const found = model.layers.find(({ name }) => name === layer);
  if (!found) throw damaged(`no layer ${layer} in ${model.name}`);
  return found;
}

/** Applies a model to values, one for each of its inputs. */
function run(
  model: LayersModel,
  context: Context,
  inputs: readonly Value[],
  around: readonly string[],
): Value[] {
  if (inputs.length !== model.inputs.length) throw damaged(`${model.name} with ${inputs.length} inputs`);
  const layers = new Map(model.layers.map((layer) => [layer.name, layer]));
  const done = new Map<string, readonly Value[]>();
  for (const [i, ref] of model.inputs.entries()) {
    const value = inputs[i];
    if (value) done.set(keyOf(layers, ref), [value]);
  }
  const calls = new Map<string, { readonly layer: Layer; readonly reads: readonly LayerRef[] }>();
  for (const layer of model.layers) {
    for (const [call, reads] of layer.calls.entries()) {
      calls.set(`${call} ${layer.name}`, { layer, reads });
    }
  }
  const order = dependencyOrder(
    model.outputs.map((ref) => keyOf(layers, ref)),
    ({ key, reader }) => {
      if (done.has(key)) return [];
      const call = calls.get(key);
      if (!call) throw damaged(`no layer ${key}, which ${reader} needs, in ${model.name}`);
      return call.reads.map((ref) => keyOf(layers, ref));
    },
    damaged,
  );
  const look = (ref: LayerRef) => {
    const value = done.get(keyOf(layers, ref))?.[ref.output];
    if (!value) throw damaged(`output ${ref.output} of ${ref.layer}, which there is not`);
    return value;
  };
  for (const key of order) {
    const call = calls.get(key);
    if (!call || done.has(key)) continue;
    done.set(key, apply(call.layer, context, call.reads.map(look), around));
  }
  return model.outputs.map(look);
}

/** Keras may count the calls of a layer from one that the file leaves out. */
function keyOf(layers: ReadonlyMap<string, Layer>, { layer, call }: LayerRef): string {
  const count = layers.get(layer)?.calls.length ?? 0;
  return `${count <= 1 ? 0 : call} ${layer}`;
}

function apply(
  layer: Layer,
  context: Context,
  inputs: readonly Value[],
  around: readonly string[],
): readonly Value[] {
  const path = [...around, layer.name];
  // Shared models inside of shared models multiply.
  naming(layer.name, () => context.graph.spend(LAYER_COST));
  if (layer.model) return run(layer.model, context, inputs, path);
  return naming(`${layer.kind} (${layer.name})`, () => {
    if (layer.kind === 'InputLayer') return inputs;
    const handler = HANDLERS[layer.kind];
    if (!handler) throw invalid('no translation');
    const config = new Config(layer.config);
    return [handler(new LayerCall({ ...context, path, config, inputs }))];
  });
}

/** The activation that gives an output its values. */
function lastOf(model: LayersModel, ref: LayerRef): 'softmax' | 'sigmoid' | 'other' {
  let at: LayerRef | undefined = ref;
  for (let steps = 0; at && steps < 8; steps++) {
    const layer = layerOf(model, at);
    if (layer.model) {
      const inner: LayerRef | undefined = layer.model.outputs[at.output];
      return inner ? lastOf(layer.model, inner) : 'other';
    }
    if (!MOVES.has(layer.kind)) return lastActivation(layer.kind, new Config(layer.config).activation());
    at = layer.calls[0]?.[0];
  }
  return 'other';
}

/** A Rescaling layer tells what the pixels are: one that shrinks wants bytes. */
function pixelsOf(model: LayersModel): PixelRange | undefined {
  const rescaling = model.layers.find(({ kind }) => kind === 'Rescaling');
  if (rescaling) {
    const [scale = 1] = new Config(rescaling.config).numbers('scale');
    return Math.abs(scale) < 0.1 ? '0..255' : '0..1';
  }
  for (const { model: inner } of model.layers) {
    const found = inner && pixelsOf(inner);
    if (found) return found;
  }
  return undefined;
}
