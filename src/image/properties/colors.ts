import type { Pixels } from '../types.ts';

/** A colour that covers a part of the picture. */
export interface DominantColor {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** Share of the picture's pixels that are nearest to this colour, 0..1. */
  readonly share: number;
}

/** Rounds of k-means: it settles long before on so few pixels. */
const ROUNDS = 20;

/** Clusters closer than this (CIE76) look like one colour. */
const SAME_COLOR = 8;

/** Points of CIELAB, three values each. */
type Points = Float64Array;

interface Cluster {
  /** Three values. */
  readonly center: Points;
  readonly members: readonly number[];
}

/**
 * Finds the colours that make up a picture: k-means in CIELAB, started by k-means++ from a fixed seed, so that the same
 * picture always gives the same answer; clusters that look alike are merged.
 *
 * Lloyd, "Least squares quantization in PCM", 1982; Arthur, Vassilvitskii, "k-means++", 2007.
 *
 * @param pixels a shrunken picture
 * @param count most colours wanted
 * @returns largest share first
 */
export function dominantColors(pixels: Pixels, count: number): DominantColor[] {
  const total = pixels.width * pixels.height;
  const labs = labsOf(pixels.data, total);
  let centers = firstCenters(labs, total, count);
  let clusters = assign(labs, total, centers);
  for (let round = 0; round < ROUNDS; round++) {
    const moved = clusters.map(({ center, members }) => meanLab(labs, members) ?? center);
    const still = moved.every((center, i) => between(center, 0, centers[i] ?? center, 0) < 1e-4);
    if (still) break;
    centers = moved;
    clusters = assign(labs, total, centers);
  }
  return merge(clusters, labs)
    .map(({ members }) => ({ ...meanRgb(pixels.data, members), share: members.length / total }))
    .sort((a, b) => b.share - a.share);
}

function firstCenters(labs: Points, total: number, count: number): Points[] {
  const random = seeded(20_260_101);
  const first = pointAt(labs, Math.floor(random() * total));
  const centers = [first];
  const nearest = Float64Array.from({ length: total }, (_, i) => between(labs, i, first, 0));
  while (centers.length < count) {
    let left = random() * nearest.reduce((sum, value) => sum + value, 0);
    if (left === 0) break;
    const chosen = nearest.findIndex((value) => {
      left -= value;
      return left <= 0 && value > 0;
    });
    if (chosen < 0) break;
    const center = pointAt(labs, chosen);
    centers.push(center);
    for (let i = 0; i < total; i++) {
      nearest[i] = Math.min(nearest[i] ?? 0, between(labs, i, center, 0));
    }
  }
  return centers;
}

function assign(labs: Points, total: number, centers: readonly Points[]): Cluster[] {
  const members = centers.map((): number[] => []);
  const flat = Float64Array.from(centers.flatMap((center) => [...center]));
  for (let i = 0; i < total; i++) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let c = 0; c < centers.length; c++) {
      const distance = between(labs, i, flat, c);
      if (distance < least) [best, least] = [c, distance];
    }
    members[best]?.push(i);
  }
  return centers.map((center, c) => ({ center, members: members[c] ?? [] }));
}

function merge(clusters: readonly Cluster[], labs: Points): Cluster[] {
  const merged: Cluster[] = [];
  for (const cluster of [...clusters].sort((a, b) => b.members.length - a.members.length)) {
    if (cluster.members.length === 0) continue;
    const at = merged.findIndex(({ center }) => between(center, 0, cluster.center, 0) < SAME_COLOR ** 2);
    const same = merged[at];
    if (same === undefined) merged.push(cluster);
    else {
      const members = [...same.members, ...cluster.members];
      merged[at] = { members, center: meanLab(labs, members) ?? same.center };
    }
  }
  return merged;
}

function meanLab(labs: Points, members: readonly number[]): Points | undefined {
  if (members.length === 0) return undefined;
  let [l, a, b] = [0, 0, 0];
  for (const i of members) {
    l += labs[i * 3] ?? 0;
    a += labs[i * 3 + 1] ?? 0;
    b += labs[i * 3 + 2] ?? 0;
  }
  return Float64Array.of(l / members.length, a / members.length, b / members.length);
}

function meanRgb(data: Uint8Array, members: readonly number[]): Omit<DominantColor, 'share'> {
  const mean = (channel: number) =>
    Math.round(members.reduce((sum, i) => sum + (data[i * 3 + channel] ?? 0), 0) / members.length);
  return { red: mean(0), green: mean(1), blue: mean(2) };
}

function pointAt(points: Points, index: number): Points {
  return points.slice(index * 3, index * 3 + 3);
}

/** Square of the distance between the i-th point of one list and the j-th of another. */
function between(a: Points, i: number, b: Points, j: number): number {
  const l = (a[i * 3] ?? 0) - (b[j * 3] ?? 0);
  const m = (a[i * 3 + 1] ?? 0) - (b[j * 3 + 1] ?? 0);
  const n = (a[i * 3 + 2] ?? 0) - (b[j * 3 + 2] ?? 0);
  return l ** 2 + m ** 2 + n ** 2;
}

/** sRGB to CIELAB under D65 (IEC 61966-2-1, CIE 15). */
function labsOf(data: Uint8Array, total: number): Points {
  const labs = new Float64Array(total * 3);
  for (let at = 0; at < labs.length; at += 3) {
    const r = LINEAR[data[at] ?? 0] ?? 0;
    const g = LINEAR[data[at + 1] ?? 0] ?? 0;
    const b = LINEAR[data[at + 2] ?? 0] ?? 0;
    const x = root((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    const y = root(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const z = root((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    labs[at] = 116 * y - 16;
    labs[at + 1] = 500 * (x - y);
    labs[at + 2] = 200 * (y - z);
  }
  return labs;
}

/** CIE lightness of every pixel, 0 to 100. */
export function lightnessOf({ width, height, data }: Pixels): Float64Array {
  const lightness = new Float64Array(width * height);
  for (let i = 0; i < lightness.length; i++) {
    const r = LINEAR[data[i * 3] ?? 0] ?? 0;
    const g = LINEAR[data[i * 3 + 1] ?? 0] ?? 0;
    const b = LINEAR[data[i * 3 + 2] ?? 0] ?? 0;
    lightness[i] = 116 * root(0.2126 * r + 0.7152 * g + 0.0722 * b) - 16;
  }
  return lightness;
}

/** Linear light of the 256 levels. */
const LINEAR = Float64Array.from({ length: 256 }, (_, level) => {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

function root(value: number): number {
  return value > (6 / 29) ** 3 ? Math.cbrt(value) : value / (3 * (6 / 29) ** 2) + 4 / 29;
}

/** Mulberry32: numbers in [0, 1) that are the same on every machine. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
