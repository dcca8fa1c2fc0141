/**
 * The structure of a layers model: Keras 2 and 3, functional and sequential, as TensorFlow.js stores it.
 *
 * @module
 */
import * as z from 'zod';
import { damaged } from '../damaged.ts';
import { isRecord } from '../is-record.ts';
import type { TfjsModelJson } from '../model-json.ts';

/** One output of one call of a layer. */
export interface LayerRef {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

export interface Layer {
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** What each call of the layer reads. A layer that is not shared has one. */
  readonly calls: readonly (readonly LayerRef[])[];
  /** A model that is used as a layer. */
  readonly model?: LayersModel;
}

export interface LayersModel {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly inputs: readonly LayerRef[];
  readonly outputs: readonly LayerRef[];
}

const layerSchema = z.object({
  class_name: z.string().min(1),
  name: z.string().optional(),
  config: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  inbound_nodes: z.array(z.unknown()).max(10_000).nullish(),
});

type RawLayer = z.infer<typeof layerSchema>;

const MODELS = new Set(['Model', 'Functional', 'Sequential']);
const MAX_LAYERS = 20_000;
const MAX_DEPTH = 16;

/**
 * Reads the layers of a model.
 *
 * @throws CONVERT_INPUT_INVALID
 */
export function readTopology({ modelTopology }: TfjsModelJson): LayersModel {
  const inner = modelTopology['model_config'] ?? modelTopology;
  const model = readLayer(typeof inner === 'string' ? parse(inner) : inner, 'model', 0).model;
  if (!model) throw damaged('modelTopology that is not a functional or sequential model');
  return model;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged('model_config that is not JSON', error);
  }
}

function readLayer(value: unknown, fallbackName: string, depth: number): Layer {
  if (depth > MAX_DEPTH) throw damaged(`models inside of models, more than ${MAX_DEPTH} deep`);
  const result = layerSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw damaged(`a layer with ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
  }
  const raw = result.data;
  const config: Readonly<Record<string, unknown>> = Array.isArray(raw.config)
    ? { layers: raw.config }
    : raw.config;
  const name = raw.name ?? (typeof config['name'] === 'string' ? config['name'] : fallbackName);
  const calls = (raw.inbound_nodes ?? []).map((node) => refsIn(node)).filter((refs) => refs.length > 0);
  const layer = { name, kind: raw.class_name, config, calls };
  return MODELS.has(raw.class_name) ? { ...layer, model: readModel(raw, config, name, depth) } : layer;
}

function readModel(
  raw: RawLayer,
  config: Readonly<Record<string, unknown>>,
  name: string,
  depth: number,
): LayersModel {
  const list = config['layers'];
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_LAYERS) {
    throw damaged(`the model ${name} without layers, or with too many`);
  }
  const layers = list.map((each: unknown, i) => readLayer(each, `${raw.class_name}_${i}`, depth + 1));
  if (new Set(layers.map((layer) => layer.name)).size !== layers.length) {
    throw damaged(`two layers of one name in ${name}`);
  }
  if (raw.class_name === 'Sequential') return sequence(name, layers, config);
  const [inputs, outputs] = [refsIn(config['input_layers']), refsIn(config['output_layers'])];
  if (inputs.length === 0 || outputs.length === 0)
    throw damaged(`the model ${name} without inputs or outputs`);
  return { name, layers, inputs, outputs };
}

/** A sequential model, written as the functional one that it is. */
function sequence(
  name: string,
  given: readonly Layer[],
  config: Readonly<Record<string, unknown>>,
): LayersModel {
  const shape = config['batch_input_shape'] ?? config['build_input_shape'];
  const [first] = given;
  const opening: Layer[] =
    first?.kind === 'InputLayer'
      ? []
      : [
          {
            name: `${name}_input`,
            kind: 'InputLayer',
            config: { batch_input_shape: (first && shapeIn(first)) ?? shape },
            calls: [],
          },
        ];
  const chain = [...opening, ...given];
  const ref = (layer: Layer | undefined): LayerRef => ({ layer: layer?.name ?? '', call: 0, output: 0 });
  const layers = chain.map((layer, i) => (i === 0 ? layer : { ...layer, calls: [[ref(chain[i - 1])]] }));
  return { name, layers, inputs: [ref(layers[0])], outputs: [ref(layers.at(-1))] };
}

/** The shape with a batch in front that a layer, or the first layer inside of it, declares. */
export function shapeIn(layer: Layer): unknown {
  const { batch_input_shape: keras2, batch_shape: keras3 } = layer.config;
  const own = keras2 ?? keras3;
  if (own || !layer.model) return own;
  const [input] = layer.model.inputs;
  const first = layer.model.layers.find(({ name }) => name === input?.layer);
  return first && shapeIn(first);
}

/** All references in a list, however nested: `[name, call, output]`, or a tensor of Keras 3. */
function refsIn(value: unknown, depth = 0): LayerRef[] {
  if (depth > 8) throw damaged('connections that are nested too deep');
  if (Array.isArray(value)) {
    const [layer, call, output] = value;
    if (typeof layer === 'string' && typeof call === 'number' && typeof output === 'number') {
      return [{ layer, call, output }];
    }
    return value.flatMap((each) => refsIn(each, depth + 1));
  }
  if (!isRecord(value)) return [];
  if (value['class_name'] === '__keras_tensor__' && isRecord(value['config'])) {
    return refsIn(value['config']['keras_history'], depth + 1);
  }
  return refsIn(value['args'], depth + 1);
}
