import { invalid } from '../../onnx/problem.ts';
import type { Constant } from '../../onnx/value.ts';

/** Parts of names that say where a weight was stored, not whose it is. */
const STORAGE = new Set(['vars', 'layers', 'layer_checkpoint_dependencies']);

/** Where the weights of layers come from. */
export interface WeightSource {
  /**
   * @param path names of the models around the layer, and its own
   * @param role e.g. `kernel`
   * @param position of the weight among those of the layer
   */
  readonly find: (path: readonly string[], role: string, position: number) => Constant | undefined;
}

/**
 * Finds the weights of layers by name: `layer/kernel`, the same below the names of models, with the name of a cell
 * between (TensorFlow 2.2), or with a number instead of the role (Keras 3).
 */
export class LayerWeights implements WeightSource {
  readonly #byTail = new Map<string, Constant[]>();
  readonly #byName = new Map<string, Constant>();

  constructor(weights: ReadonlyMap<string, Constant>) {
    for (const [name, constant] of weights) {
      const parts = name
        .replace(/:\d+$/, '')
        .split('/')
        .map((part) => part.replace(/^_/, ''))
        .filter((part) => !STORAGE.has(part));
      this.#byName.set(parts.join('/'), constant);
      const role = parts.at(-1) ?? '';
      for (const owner of new Set([parts.at(-2), parts.at(-3)])) {
        if (owner === undefined) continue;
        const key = `${owner}/${role}`;
        this.#byTail.set(key, [...(this.#byTail.get(key) ?? []), constant]);
      }
    }
  }

  find(path: readonly string[], role: string, position: number): Constant | undefined {
    const plain = (path.at(-1) ?? '').replace(/^_/, '');
    for (const key of [`${plain}/${role}`, `${plain}/${position}`]) {
      const exact = this.#byName.get(key);
      if (exact) return exact;
      const [found, ...more] = this.#byTail.get(key) ?? [];
      if (more.length > 0) throw invalid(`more than one weight that could be ${key}`);
      if (found) return found;
    }
    return undefined;
  }
}
