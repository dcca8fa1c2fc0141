import type { GraphBuilder } from '../../../onnx/graph-builder.ts';
import { invalid } from '../../../onnx/problem.ts';
import type { Constant, Value } from '../../../onnx/value.ts';
import type { Config } from '../config.ts';
import type { WeightSource } from '../layer-weights.ts';

/** One call of a layer on its way into ONNX. */
export class LayerCall {
  readonly graph: GraphBuilder;
  readonly name: string;
  readonly config: Config;
  readonly inputs: readonly Value[];
  /** Major version of Keras that wrote the model. */
  readonly keras: 2 | 3;
  /** Whether the model runs in TensorFlow.js, which enlarges pictures in another way than Keras. */
  readonly tfjs: boolean;
  readonly #weights: WeightSource;
  readonly #path: readonly string[];

  constructor(options: {
    readonly graph: GraphBuilder;
    /** Names of the models around the layer, and its own. */
    readonly path: readonly string[];
    readonly config: Config;
    readonly inputs: readonly Value[];
    readonly weights: WeightSource;
    readonly keras: 2 | 3;
    readonly tfjs: boolean;
  }) {
    this.graph = options.graph;
    this.name = options.path.at(-1) ?? '';
    this.#path = options.path;
    this.config = options.config;
    this.inputs = options.inputs;
    this.keras = options.keras;
    this.tfjs = options.tfjs;
    this.#weights = options.weights;
  }

  /** The only input of a layer with one. */
  get input(): Value {
    const [value, ...more] = this.inputs;
    if (!value || more.length > 0) throw invalid(`${this.inputs.length} inputs`);
    return value;
  }

  /** A weight of the layer, by its role and its place among the layer's weights. */
  weight(role: string, position: number): Constant {
    const constant = this.#weights.find(this.#path, role, position);
    if (!constant) throw invalid(`no weight ${this.name}/${role}`);
    return constant;
  }
}

/** Writes the ONNX nodes of one call of a layer. */
export type LayerHandler = (call: LayerCall) => Value;

export type LayerHandlers = Readonly<Record<string, LayerHandler>>;
