/**
 * What a person means by a model's name.
 *
 * @module
 */

import { own } from '../../base/own.ts';
import { type Credentials, toAddress } from '../download/address.ts';

/** A reference, told apart. */
export type Reference =
  | {
      readonly kind: 'url';
      /** Without user and password. */
      readonly url: URL;
      readonly credentials?: Credentials;
    }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'id'; readonly id: string };

const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Tells URL, path and id apart: `https://…` is a URL; what has a slash, or ends in `.onnx` or `.json`, or cannot be an
 * id in any spelling, is a path.
 */
export function parseReference(reference: string): Reference {
  if (/^https?:\/\//i.test(reference) && URL.canParse(reference)) {
    const { url, authorization } = toAddress(reference);
    return { kind: 'url', url, ...(authorization && { credentials: { origin: url.origin, authorization } }) };
  }
  const id = reference.toLowerCase();
  const pathLike = /[\\/]/.test(reference) || /\.(onnx|json)$/i.test(reference) || !ID.test(id);
  return pathLike ? { kind: 'path', path: reference } : { kind: 'id', id };
}

/** Spellings that mean a catalogue entry and do not follow from its id. Keys are {@link plain}. */
const ALIASES: Readonly<Record<string, string>> = {
  squeezenet11: 'squeezenet',
  squeezenet1: 'squeezenet',
  squeezenet10int8: 'squeezenet1.0-int8',
  squeezenetint8: 'squeezenet1.0-int8',
  squeezenetqdq: 'squeezenet1.0-qdq',
  resnet: 'resnet50',
  resnet50v1: 'resnet50',
  resnet50v112: 'resnet50',
  inception: 'inceptionv3',
  densenet: 'densenet121',
  mobilenet: 'mobilenetv2',
  mobilenetv210: 'mobilenetv2',
  efficientnet: 'efficientnet-lite4',
  efficientnetlite: 'efficientnet-lite4',
  retinanetresnet101: 'retinanet',
  ssd: 'ssd-mobilenet',
  ssdmobilenetv1: 'ssd-mobilenet',
  tinyyolo: 'tiny-yolov3',
  tinyyolov3: 'tiny-yolov3',
  yolov3tiny: 'tiny-yolov3',
};

/**
 * The id that a spelling stands for: `ResNet-50`, `resnet_50` and `resnet50` are one. An exact id wins always.
 *
 * @param spelling as typed, in lower case
 * @param ids every id there is
 * @returns undefined when it matches none, or several
 */
export function canonicalId(spelling: string, ids: Iterable<string>): string | undefined {
  const known = new Set(ids);
  if (known.has(spelling)) return spelling;
  const wanted = plain(spelling);
  const alike = [...known].filter((id) => plain(id) === wanted);
  if (alike.length === 1) return alike[0];
  const alias = own(ALIASES, wanted);
  return alias !== undefined && known.has(alias) ? alias : undefined;
}

/** Ids that resemble a spelling, closest first, at most three. */
export function similarIds(spelling: string, ids: Iterable<string>): string[] {
  const wanted = plain(spelling);
  return [...ids]
    .map((id) => ({ id, distance: distanceTo(wanted, plain(id)) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ id }) => id);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Levenshtein distance, in one row. */
function distanceTo(wanted: string, candidate: string): number {
  let row = Array.from({ length: candidate.length + 1 }, (_, i) => i);
  for (let i = 1; i <= wanted.length; i++) {
    const next = [i];
    for (let j = 1; j <= candidate.length; j++) {
      const change = wanted[i - 1] === candidate[j - 1] ? 0 : 1;
      next[j] = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + change);
    }
    row = next;
  }
  return row[candidate.length] ?? 0;
}
