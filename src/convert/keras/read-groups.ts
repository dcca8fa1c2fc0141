/**
 * What lies in a Keras HDF5 file: the configuration where there is one, and the weights of each layer.
 *
 * @module
 */
import type { Hdf5Object } from '../hdf5/file.ts';
import type { Constant } from '../onnx/value.ts';
import { damagedKeras } from './problem.ts';
import { StoredTensor } from './stored-tensor.ts';

/** A weight with the name that it has in the file. */
export interface StoredWeight {
  readonly name: string;
  readonly constant: Constant;
}

/** The weights of one layer, in Keras's order. */
export interface LayerGroup {
  readonly name: string;
  readonly weights: readonly StoredWeight[];
}

/** Weights as Keras 3 stores them: below groups that are named after classes. */
export interface VariableGroup {
  /** The layer's name, where the file says it. */
  readonly layer: string | undefined;
  readonly variables: readonly StoredWeight[];
  readonly children: ReadonlyMap<string, VariableGroup>;
}

export type StoredWeights =
  | { readonly kind: 'groups'; readonly groups: readonly LayerGroup[] }
  /** Keras 1: layers by number, without names. */
  | { readonly kind: 'numbered'; readonly groups: readonly LayerGroup[] }
  | { readonly kind: 'variables'; readonly root: VariableGroup };

export interface KerasFile {
  /** Version of Keras, as it calls itself. */
  readonly version: string | undefined;
  /** The configuration of a full model. */
  readonly config: unknown;
  readonly weights: StoredWeights;
}

const MAX_CONFIG = 8 * 1024 * 1024;
const MAX_TENSORS = 100_000;
const MAX_DEPTH = 24;

/** Reads the structure of a Keras file; weights stay where they are. */
export function readKerasFile(root: Hdf5Object): KerasFile {
  const text = root.attribute('model_config')?.texts()[0];
  const weightsAt = root.get('model_weights') ?? root;
  const version = versionOf(root) ?? versionOf(weightsAt);
  const config = text === undefined ? undefined : parseConfig(text);
  return { version, config, weights: readWeights(weightsAt) };
}

function versionOf(group: Hdf5Object): string | undefined {
  return group.attribute('keras_version')?.texts()[0];
}

function parseConfig(text: string): unknown {
  if (text.length > MAX_CONFIG) throw damagedKeras(`model_config of ${text.length} characters`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damagedKeras('model_config that is not JSON', error);
  }
}

function readWeights(at: Hdf5Object): StoredWeights {
  const names = namesIn(at, 'layer_names');
  if (names) return { kind: 'groups', groups: boundedGroups(names.map((name) => readGroup(at, name))) };
  const count = at.attribute('nb_layers')?.numbers()[0];
  if (count !== undefined) return { kind: 'numbered', groups: numberedGroups(at, count) };
  return { kind: 'variables', root: readVariables(at, { left: MAX_TENSORS }, 0) };
}

/** A list of names, which Keras splits into numbered parts where it is long. */
function namesIn(group: Hdf5Object, name: string): readonly string[] | undefined {
  const whole = group.attribute(name)?.texts();
  if (whole) return whole;
  const parts: string[] = [];
  for (let i = 0; ; i++) {
    const part = group.attribute(`${name}${i}`)?.texts();
    if (!part) return i === 0 ? undefined : parts;
    for (const each of part) parts.push(each);
    if (parts.length > MAX_TENSORS) throw damagedKeras(`more than ${MAX_TENSORS} names`);
  }
}

function readGroup(at: Hdf5Object, name: string): LayerGroup {
  const group = at.get(name);
  // A layer without weights may have no group.
  if (!group) return { name, weights: [] };
  const weights = (namesIn(group, 'weight_names') ?? []).map((weight) => {
    const object = group.get(weight);
    if (!object) throw damagedKeras(`no tensor ${weight} in ${group.path}`);
    return { name: weight, constant: new StoredTensor(weight, object.dataset()) };
  });
  return { name, weights };
}

function boundedGroups(groups: readonly LayerGroup[]): readonly LayerGroup[] {
  const tensors = groups.reduce((sum, { weights }) => sum + weights.length, 0);
  if (tensors > MAX_TENSORS) throw damagedKeras(`more than ${MAX_TENSORS} tensors`);
  return groups;
}

function numberedGroups(at: Hdf5Object, count: number): readonly LayerGroup[] {
  if (!(count >= 0 && count <= MAX_TENSORS)) throw damagedKeras(`${count} layers`);
  return boundedGroups(
    Array.from({ length: count }, (_, i) => {
      const name = `layer_${i}`;
      const group = at.get(name);
      const params = group?.attribute('nb_params')?.numbers()[0] ?? 0;
      if (!(params >= 0 && params <= 100)) throw damagedKeras(`${params} tensors in ${name}`);
      const weights = Array.from({ length: params }, (_, j) => {
        const object = group?.get(`param_${j}`);
        if (!object) throw damagedKeras(`no tensor param_${j} in ${name}`);
        return { name: `param_${j}`, constant: new StoredTensor(`${name}/param_${j}`, object.dataset()) };
      });
      return { name, weights };
    }),
  );
}

function readVariables(at: Hdf5Object, budget: { left: number }, depth: number): VariableGroup {
  if (depth > MAX_DEPTH) throw damagedKeras(`groups inside of groups, more than ${MAX_DEPTH} deep`);
  const variables: StoredWeight[] = [];
  const children = new Map<string, VariableGroup>();
  let layer: string | undefined;
  for (const name of at.names()) {
    budget.left--;
    if (budget.left < 0) throw damagedKeras(`more than ${MAX_TENSORS} groups and tensors`);
    if (name === 'optimizer' && depth === 0) continue;
    const object = at.get(name);
    if (!object || object.isDataset) continue;
    if (name !== 'vars') {
      children.set(name, readVariables(object, budget, depth + 1));
      continue;
    }
    layer = object.attribute('name')?.texts()[0];
    const numbers = object
      .names()
      .map(Number)
      .sort((a, b) => a - b);
    for (const number of numbers) {
      const tensor = object.get(String(number));
      if (!tensor) throw damagedKeras(`a variable of ${object.path} without a number`);
      budget.left--;
      variables.push({
        name: `${at.path}/${number}`.replace(/^\//, ''),
        constant: new StoredTensor(`${at.path}/${number}`, tensor.dataset()),
      });
    }
  }
  return { layer, variables, children };
}

/** All weights of a file, in its order. */
export function allWeights(weights: StoredWeights): StoredWeight[] {
  if (weights.kind !== 'variables') return weights.groups.flatMap((group) => group.weights);
  const found: StoredWeight[] = [];
  const open = [weights.root];
  for (let group = open.pop(); group; group = open.pop()) {
    for (const variable of group.variables) found.push(variable);
    for (const child of [...group.children.values()].reverse()) open.push(child);
  }
  return found;
}
