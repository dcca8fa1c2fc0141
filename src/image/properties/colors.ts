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

type Lab = readonly [l: number, a: number, b: number];

interface Cluster {
  readonly center: Lab;
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
  const labs = Array.from({ length: pixels.width * pixels.height }, (_, i) => labAt(pixels.data, i * 3));
  let centers = firstCenters(labs, count);
  let clusters = assign(labs, centers);
  for (let round = 0; round < ROUNDS; round++) {
    const moved = clusters.map(({ center, members }) => meanLab(labs, members) ?? center);
    const still = moved.every((center, i) => distance2(center, centers[i] ?? center) < 1e-4);
    if (still) break;
    centers = moved;
    clusters = assign(labs, centers);
  }
  return merge(clusters, labs)
    .map(({ members }) => ({ ...meanRgb(pixels.data, members), share: members.length / labs.length }))
    .sort((a, b) => b.share - a.share);
}

function firstCenters(labs: readonly Lab[], count: number): Lab[] {
  const random = seeded(20_260_101);
  const centers: Lab[] = [labs[Math.floor(random() * labs.length)] ?? [0, 0, 0]];
  const nearest = labs.map((lab) => distance2(lab, centers[0] ?? lab));
  while (centers.length < count) {
    let left = random() * nearest.reduce((sum, value) => sum + value, 0);
    if (left === 0) break;
    const chosen = nearest.findIndex((value) => {
      left -= value;
      return left <= 0 && value > 0;
    });
    const center = labs[chosen];
    if (center === undefined) break;
    centers.push(center);
    labs.forEach((lab, i) => {
      nearest[i] = Math.min(nearest[i] ?? 0, distance2(lab, center));
    });
  }
  return centers;
}

function assign(labs: readonly Lab[], centers: readonly Lab[]): Cluster[] {
  const members = centers.map((): number[] => []);
  labs.forEach((lab, i) => {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    centers.forEach((center, c) => {
      const distance = distance2(lab, center);
      if (distance < least) [best, least] = [c, distance];
    });
    members[best]?.push(i);
  });
  return centers.map((center, c) => ({ center, members: members[c] ?? [] }));
}

function merge(clusters: readonly Cluster[], labs: readonly Lab[]): Cluster[] {
  const merged: Cluster[] = [];
  for (const cluster of [...clusters].sort((a, b) => b.members.length - a.members.length)) {
    if (cluster.members.length === 0) continue;
    const at = merged.findIndex(({ center }) => distance2(center, cluster.center) < SAME_COLOR ** 2);
    const same = merged[at];
    if (same === undefined) merged.push(cluster);
    else {
      const members = [...same.members, ...cluster.members];
      merged[at] = { members, center: meanLab(labs, members) ?? same.center };
    }
  }
  return merged;
}

function meanLab(labs: readonly Lab[], members: readonly number[]): Lab | undefined {
  if (members.length === 0) return undefined;
  const sum = [0, 0, 0] as [number, number, number];
  for (const i of members) {
    const [l = 0, a = 0, b = 0] = labs[i] ?? [];
    sum[0] += l;
    sum[1] += a;
    sum[2] += b;
  }
  return [sum[0] / members.length, sum[1] / members.length, sum[2] / members.length];
}

function meanRgb(data: Uint8Array, members: readonly number[]): Omit<DominantColor, 'share'> {
  const mean = (channel: number) =>
    Math.round(members.reduce((sum, i) => sum + (data[i * 3 + channel] ?? 0), 0) / members.length);
  return { red: mean(0), green: mean(1), blue: mean(2) };
}

function distance2(a: Lab, b: Lab): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

/** sRGB to CIELAB under D65 (IEC 61966-2-1, CIE 15). */
export function labAt(data: Uint8Array, at: number): Lab {
  const r = linear(data[at] ?? 0);
  const g = linear(data[at + 1] ?? 0);
  const b = linear(data[at + 2] ?? 0);
  const x = root((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = root(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = root((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function linear(level: number): number {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

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
