/**
 * Finds the architecture to which a file of weights belongs: by the shapes of all its tensors, and by the names of its
 * layers where several architectures have the same shapes.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import type { Constant } from '../onnx/value.ts';
import type { WeightSource } from '../tfjs/layers/layer-weights.ts';
import { ARCHITECTURES } from './architectures/index.ts';
import { depthOrder, type WeightClass, type WeightedLayer } from './architectures/net.ts';
import type { Architecture, Built } from './architectures/types.ts';
import type { LayerGroup, StoredWeights, VariableGroup } from './read-groups.ts';
import { kernelsOfTheano } from './theano-order.ts';

/** A file of weights whose architecture is known. */
export interface Recognised {
  readonly architecture: Architecture;
  readonly classes: number;
  readonly built: Built;
  readonly weights: WeightSource;
  /** Whether other architectures have weights of the same shapes, and only names or habit decided. */
  readonly alternatives: readonly string[];
  /** Names of the stored layers with weights. */
  readonly names: readonly string[];
}

interface StoredLayer {
  readonly name: string;
  /** Place in the order of creation, from an automatic name. */
  readonly number: number | undefined;
  readonly kind: WeightClass;
  readonly tensors: readonly Constant[];
}

/**
 * @param wanted id of the architecture, when the caller knows it
 * @throws OPTION_INVALID when the wanted one does not fit, or is unknown
 */
export function recognise(weights: StoredWeights, wanted?: string): Recognised | undefined {
  const layers = storedLayers(weights);
  const fits = ARCHITECTURES.flatMap((architecture) => {
    const found = fitTo(architecture, layers);
    return found ? [found] : [];
  });
  const alternatives = fits.map(({ architecture }) => architecture.id);
  if (wanted !== undefined) {
    const found = fits.find(({ architecture }) => architecture.id === wanted);
    if (found) return { ...found, alternatives: [], names: layers.map(({ name }) => name) };
    throw new PictorError('OPTION_INVALID', {
      expected: `--recipe ${alternatives.join(' or ') || '(none fits this file)'}`,
      received: wanted,
    });
  }
  const named = fits.find(
    ({ architecture: { named } }) => named && layers.some(({ name }) => named.test(name)),
  );
  const plain = fits.find(({ architecture: { named } }) => named === undefined);
  const best = named ?? plain ?? fits[0];
  return (
    best && {
      ...best,
      alternatives: alternatives.filter((id) => id !== best.architecture.id),
      names: layers.map(({ name }) => name),
    }
  );
}

type Fit = Omit<Recognised, 'alternatives' | 'names'>;

function fitTo(architecture: Architecture, layers: readonly StoredLayer[]): Fit | undefined {
  const tensors = layers.reduce((sum, layer) => sum + layer.tensors.length, 0);
  if (tensors !== architecture.tensors) return undefined;
  const classes = classesOf(architecture, layers);
  if (classes === undefined) return undefined;
  const built = architecture.build(classes);
  const assigned = assign(built, layers);
  if (!assigned) return undefined;
  const weights: WeightSource = {
    find: (path, _role, position) => assigned.get(path.at(-1) ?? '')?.[position],
  };
  return { architecture, classes, built, weights };
}

function classesOf({ head, detector }: Architecture, layers: readonly StoredLayer[]): number | undefined {
  if (detector) {
    const last = layers.find(
      ({ kind, tensors }) =>
        kind === 'conv' && tensors.length === 2 && tensors[0]?.shape.slice(0, -1).join() === head.join(),
    );
    const classes = (last?.tensors[0]?.shape.at(-1) ?? 0) / 3 - 5;
    return Number.isInteger(classes) && classes > 0 ? classes : undefined;
  }
  for (const { tensors } of layers.toReversed()) {
    const shape = tensors[0]?.shape ?? [];
    if (shape.length === head.length + 1 && head.every((dim, i) => dim === shape[i])) return shape.at(-1);
    // Theano's order has the classes first.
    const [out, ...rest] = shape;
    if (head.length === 3 && rest.join() === [head[2], head[0], head[1]].join()) return out;
  }
  return undefined;
}

/** Tries the orders in which a file may hold the layers; all shapes have to be right. */
function assign(built: Built, layers: readonly StoredLayer[]): Map<string, readonly Constant[]> | undefined {
  const assigned = new Map<string, readonly Constant[]>();
  const places = new Map(depthOrder(built.model).map((name, i) => [name, i]));
  for (const kind of ['conv', 'depthwise', 'norm', 'dense'] as const) {
    const wanted = built.weighted.filter((layer) => layer.kind === kind);
    const stored = layers.filter((layer) => layer.kind === kind);
    if (wanted.length !== stored.length) return undefined;
    const byDepth = wanted.toSorted((a, b) => (places.get(a.name) ?? 0) - (places.get(b.name) ?? 0));
    const counted = stored.filter(({ number }) => number !== undefined).length > stored.length / 2;
    const pairs =
      pairedByName(wanted, stored) ??
      (counted ? pairedInOrder(wanted, byNumber(stored)) : undefined) ??
      pairedInOrder(byDepth, stored) ??
      pairedInOrder(wanted, stored);
    if (!pairs) return undefined;
    for (const [name, tensors] of pairs) assigned.set(name, tensors);
  }
  return assigned;
}

type Pairs = [name: string, tensors: readonly Constant[]][];

function pairedByName(wanted: readonly WeightedLayer[], stored: readonly StoredLayer[]): Pairs | undefined {
  const byName = new Map(stored.map((layer) => [plainName(layer.name), layer]));
  const found = wanted.map((layer) => byName.get(plainName(layer.name)));
  return found.every((layer) => layer !== undefined) ? pairedInOrder(wanted, found) : undefined;
}

/** Keras changed slashes in names to underscores. */
function plainName(name: string): string {
  return name.replaceAll('/', '_');
}

function pairedInOrder(wanted: readonly WeightedLayer[], stored: readonly StoredLayer[]): Pairs | undefined {
  const pairs: Pairs = [];
  for (const [i, { name, shapes }] of wanted.entries()) {
    const tensors = stored[i]?.tensors ?? [];
    const straight = shapesFit(tensors, shapes);
    const turned = straight ? tensors : kernelsOfTheano(tensors);
    if (!straight && !shapesFit(turned, shapes)) return undefined;
    pairs.push([name, turned]);
  }
  return pairs;
}

function shapesFit(tensors: readonly Constant[], shapes: readonly (readonly number[])[]): boolean {
  return (
    tensors.length === shapes.length && shapes.every((shape, i) => shape.join() === tensors[i]?.shape.join())
  );
}

const AUTOMATIC =
  /^(conv2d|convolution2d|separable_conv2d|depthwise_conv2d|batch_normalization(?:_v1)?|dense)(?:_(\d+))?$/;

/** Automatic names count in the order of creation; layers that were given a name keep their place behind those. */
function byNumber(layers: readonly StoredLayer[]): StoredLayer[] {
  const place = ({ number = Number.POSITIVE_INFINITY }: StoredLayer) => number;
  return layers.toSorted((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

function storedLayers(weights: StoredWeights): StoredLayer[] {
  const groups = weights.kind === 'variables' ? groupsOf(weights.root) : weights.groups;
  return groups.flatMap((group) => {
    const kind = kindOf(group);
    if (!kind) return [];
    const found = AUTOMATIC.exec(group.name.split('/').at(-1) ?? '');
    const number = found ? Number(found[2] ?? 0) : undefined;
    return [{ name: group.name, kind, number, tensors: group.weights.map(({ constant }) => constant) }];
  });
}

/**
 * Groups with weights in the order in which Keras keeps the layers. Where the true names are not stored, the numbers of
 * the groups count in that order, which is not the order of creation: such groups go without a name.
 */
function groupsOf(root: VariableGroup): LayerGroup[] {
  const groups: LayerGroup[] = [];
  const collect = (group: VariableGroup) => {
    if (group.variables.length > 0) groups.push({ name: group.layer ?? '', weights: group.variables });
    const numberOf = (name: string) => Number(/_(\d+)$/.exec(name)?.[1] ?? 0);
    const children = [...group.children].sort(([a], [b]) => numberOf(a) - numberOf(b));
    for (const [, inner] of children) collect(inner);
  };
  collect(root);
  return groups;
}

function kindOf({ weights }: LayerGroup): WeightClass | undefined {
  const [first] = weights;
  const rank = first?.constant.shape.length;
  if (!first || rank === undefined) return undefined;
  if (rank === 1) return 'norm';
  if (rank === 2) return 'dense';
  const { shape } = first.constant;
  return first.name.includes('depthwise') || (shape.length === 4 && shape[3] === 1 && (shape[2] ?? 0) > 3)
    ? 'depthwise'
    : 'conv';
}
