/**
 * Which stored tensor belongs to which layer. Keras goes by position; names decide where they can, because a model inside
 * of a model stores its trained weights before the others.
 *
 * @module
 */
import type { Constant } from '../onnx/value.ts';
import type { WeightSource } from '../tfjs/layers/layer-weights.ts';
import type { Layer, LayersModel } from '../tfjs/layers/topology.ts';
import { rolesOf } from './layer-roles.ts';
import { damagedKeras } from './problem.ts';
import type { LayerGroup, StoredWeight, StoredWeights, VariableGroup } from './read-groups.ts';

type Assigned = Map<string, readonly Constant[]>;

/** A layer that is no model, with the names of the models around it. */
interface Leaf {
  readonly layer: Layer;
  readonly path: readonly string[];
  /** Whether it and all models around it are trained. */
  readonly trained: boolean;
}

/**
 * The weights of a model's layers, by their place in Keras's order.
 *
 * @throws CONVERT_INPUT_INVALID when the file does not hold the weights of this model
 */
export function matchWeights(model: LayersModel, weights: StoredWeights): WeightSource {
  const assigned: Assigned = new Map();
  if (weights.kind === 'variables') assignVariables(model, weights.root, [], assigned);
  else assignGroups(model, weights.groups, assigned);
  return { find: (path, _role, position) => assigned.get(keyOf(path))?.[position] };
}

function keyOf(path: readonly string[]): string {
  return path.join('\0');
}

function countOf(layer: Layer): number {
  const { trained, others } = rolesOf(layer);
  return trained.length + others.length;
}

function assignGroups(model: LayersModel, groups: readonly LayerGroup[], assigned: Assigned): void {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const wanting = model.layers.filter((layer) =>
    leavesOf(layer, [], true).some((leaf) => countOf(leaf.layer) > 0),
  );
  const filled = groups.filter((group) => group.weights.length > 0);
  const named = wanting.every(({ name }) => (byName.get(name)?.weights.length ?? 0) > 0);
  if (!named && wanting.length !== filled.length) {
    throw damagedKeras(`weights of ${filled.length} layers, where the model has ${wanting.length}`);
  }
  for (const [i, layer] of wanting.entries()) {
    const group = named ? byName.get(layer.name) : filled[i];
    if (!group) continue;
    const leaves = leavesOf(layer, [], true);
    const found = layer.model ? inside(leaves, group) : new Map([[keyOf([layer.name]), ofOne(layer, group)]]);
    for (const [key, constants] of found) assigned.set(key, constants);
  }
}

function leavesOf(layer: Layer, around: readonly string[], trained: boolean): Leaf[] {
  const path = [...around, layer.name];
  const own = trained && layer.config['trainable'] !== false;
  if (!layer.model) return [{ layer, path, trained: own }];
  return layer.model.layers.flatMap((inner) => leavesOf(inner, path, own));
}

function ofOne(layer: Layer, { name, weights }: LayerGroup): readonly Constant[] {
  const { trained, others } = rolesOf(layer);
  const roles = [...trained, ...others];
  if (weights.length < roles.length) {
    throw damagedKeras(`${weights.length} tensors for ${layer.kind} (${name}), which has ${roles.length}`);
  }
  const byRole = roles.map((role) => weights.filter((weight) => roleOf(weight) === role));
  if (byRole.every((found) => found.length === 1)) {
    return byRole.flatMap((found) => found.map(({ constant }) => constant));
  }
  return weights.map(({ constant }) => constant);
}

/** The last part of a weight's name, which says what it is: `conv2d_1_1/kernel:0` is a kernel. */
function roleOf({ name }: StoredWeight): string {
  return plainName(name).split('/').at(-1) ?? '';
}

function plainName(name: string): string {
  return name.replace(/:\d+$/, '');
}

function inside(leaves: readonly Leaf[], group: LayerGroup): Assigned {
  return byNames(leaves, group) ?? byPositions(leaves, group);
}

/** `block/kernel` below any prefix. Layer names contain slashes, so that names are compared from their end. */
function byNames(leaves: readonly Leaf[], { weights }: LayerGroup): Assigned | undefined {
  const plain = new Map<string, Constant[]>();
  for (const { name, constant } of weights) {
    const parts = plainName(name).split('/');
    for (let from = 0; from < Math.min(parts.length, 8); from++) {
      const tail = parts.slice(from).join('/');
      plain.set(tail, [...(plain.get(tail) ?? []), constant]);
    }
  }
  const found: Assigned = new Map();
  const used = new Set<Constant>();
  for (const { layer, path } of leaves) {
    const { trained, others } = rolesOf(layer);
    const constants: Constant[] = [];
    for (const role of [...trained, ...others]) {
      const candidates =
        [path.join('/'), layer.name]
          .map(
            (owner) =>
              plain.get(`${owner}/${role}`) ?? plain.get(`${owner}/${role.replace('depthwise_', '')}`),
          )
          .find((list) => list?.length === 1) ?? [];
      const [constant] = candidates;
      if (!constant || used.has(constant)) return undefined;
      used.add(constant);
      constants.push(constant);
    }
    found.set(keyOf(path), constants);
  }
  return found;
}

/** All that is trained in the order of the layers, then all the rest: the order of Keras. */
function byPositions(leaves: readonly Leaf[], { name, weights }: LayerGroup): Assigned {
  const orders = [(leaf: Leaf) => leaf.trained, () => true].map((isTrained) => order(leaves, isTrained));
  const fitting = orders.find(
    (slots) =>
      slots.length === weights.length &&
      slots.every(({ role }, i) => {
        const rank = weights[i]?.constant.shape.length ?? 0;
        return role.endsWith('kernel') ? rank >= 2 : rank === 1 || role === 'alpha' || role === 'count';
      }),
  );
  if (!fitting) throw damagedKeras(`${weights.length} tensors in ${name} that do not fit its layers`);
  const found = new Map<string, Constant[]>();
  for (const [i, { key, place }] of fitting.entries()) {
    const weight = weights[i];
    const list = found.get(key) ?? [];
    if (weight) list[place] = weight.constant;
    found.set(key, list);
  }
  return found;
}

function order(leaves: readonly Leaf[], isTrained: (leaf: Leaf) => boolean) {
  const slots = leaves.flatMap((leaf) => {
    const { trained, others } = rolesOf(leaf.layer);
    return [...trained, ...others].map((role, place) => ({
      key: keyOf(leaf.path),
      role,
      place,
      first: isTrained(leaf) && place < trained.length,
    }));
  });
  return [...slots.filter(({ first }) => first), ...slots.filter(({ first }) => !first)];
}

/** Containers of layers in the files of Keras 3 and late Keras 2. */
const CONTAINERS = ['layers', '_layer_checkpoint_dependencies'];

function assignVariables(
  model: LayersModel,
  root: VariableGroup,
  around: readonly string[],
  assigned: Assigned,
): void {
  const container = CONTAINERS.map((name) => root.children.get(name)).find((group) => group !== undefined);
  const groups = container?.children ?? new Map<string, VariableGroup>();
  const byLayer = new Map(
    [...groups.values()].flatMap((group) => (group.layer ? [[group.layer, group]] : [])),
  );
  const counts = new Map<string, number>();
  for (const layer of model.layers) {
    const kind = snakeCase(layer.kind);
    const number = counts.get(kind) ?? 0;
    counts.set(kind, number + 1);
    // The class and its number name the group; the true name, where it is there, has the last word.
    const group =
      byLayer.get(layer.name) ??
      groups.get(number === 0 ? kind : `${kind}_${number}`) ??
      groups.get(layer.name);
    const path = [...around, layer.name];
    if (layer.model) {
      if (group) assignVariables(layer.model, group, path, assigned);
      continue;
    }
    const wanted = countOf(layer);
    if (wanted === 0) continue;
    const variables = group?.variables ?? [];
    if (variables.length < wanted) {
      throw damagedKeras(
        `${variables.length} tensors for ${layer.kind} (${layer.name}), which has ${wanted}`,
      );
    }
    assigned.set(
      keyOf(path),
      variables.map(({ constant }) => constant),
    );
  }
}

/** The group name that Keras makes of a class name: `Conv2D` → `conv2d`, `ReLU` → `re_lu`. */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
