/**
 * Where a model lies, before anybody has looked into its files.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isPictorError, PictorError } from '../../errors.ts';
import { knownFile } from '../catalogue/known-files.ts';
import { kept } from '../download/address.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { manifestBeside, type PlacedManifest, readManifest } from '../manifest/manifest-file.ts';
import type { LocalModel } from '../types.ts';
import { canonicalId, parseReference, similarIds } from './reference.ts';
import { fromShelf, looksWhole, wholeShelf } from './shelf.ts';
import { errorCode } from './store-failure.ts';

/** The places that are searched. */
export interface Places {
  /** Folder of the models that the package carries. */
  readonly embedded: string;
  /** Folder of pulled and added models. */
  readonly cached: string;
  readonly catalogue: readonly Manifest[];
}

/** A model on this machine. */
export interface Found extends PlacedManifest {
  readonly kind: 'local';
  readonly origin: LocalModel['origin'];
}

/** What a reference leads to. */
export type Target =
  | Found
  /** In the catalogue only; `damage` says why what lies here under its name cannot be read. */
  | { readonly kind: 'remote'; readonly manifest: Manifest; readonly damage?: PictorError }
  /** An address that no model here came from. */
  | { readonly kind: 'url'; readonly url: URL };

/**
 * Follows a reference: explicit path, embedded, cache, catalogue.
 *
 * @throws MODEL_UNKNOWN with ids that resemble it, MODEL_MANIFEST_INVALID
 */
export async function findModel(reference: string, places: Places): Promise<Target> {
  const asked = parseReference(reference);
  if (asked.kind === 'path') return byPath(asked.path);
  if (asked.kind === 'url') return byUrl(asked.url, places);
  const exact = await byId(asked.id, places);
  if (exact) return exact;
  const ids = [...(await everyLocal(places)), ...places.catalogue.map((manifest) => ({ manifest }))].map(
    ({ manifest }) => manifest.id,
  );
  const id = canonicalId(asked.id, ids);
  const meant = id === undefined ? undefined : await byId(id, places);
  if (meant) return meant;
  if (await stat(reference).catch(() => undefined)) return byPath(reference);
  const similar = similarIds(asked.id, new Set(ids));
  throw new PictorError('MODEL_UNKNOWN', {
    expected: 'a model id, a path or an https address',
    received: reference,
    fix: similar.length > 0 ? `Did you mean ${similar.join(' or ')}?` : 'See: pictor models list',
  });
}

/** Every model on this machine, embedded ones first; of two with one id, the one that `findModel` gives. */
export async function everyLocal(places: Places): Promise<Found[]> {
  const embedded = (await wholeShelf(places.embedded)).map((placed) => found(placed, 'embedded'));
  const taken = new Set(embedded.map(({ manifest }) => manifest.id));
  const cached = (await wholeShelf(places.cached))
    .filter(({ manifest }) => !taken.has(manifest.id))
    .map((placed) => found(upToDate(placed, places), 'cache'));
  return [...embedded, ...cached];
}

/** The pulled or added model of an id. */
export async function inCache(id: string, places: Places): Promise<Found | undefined> {
  const placed = await fromShelf(places.cached, id);
  return placed && found(upToDate(placed, places), 'cache');
}

/** The same, where a manifest that cannot be used is an answer instead of a failure: such a model can be replaced. */
export async function inCacheOrDamaged(
  id: string,
  places: Places,
): Promise<Found | { readonly kind: 'damaged'; readonly error: PictorError } | undefined> {
  try {
    return await inCache(id, places);
  } catch (error) {
    const isDamage =
      isPictorError(error) &&
      (error.code === 'MODEL_MANIFEST_INVALID' || errorCode(error.cause) === 'EISDIR');
    if (!isDamage) throw error;
    return { kind: 'damaged', error };
  }
}

async function byId(id: string, places: Places): Promise<Target | undefined> {
  const embedded = await fromShelf(places.embedded, id);
  if (embedded) return found(embedded, 'embedded');
  const entry = places.catalogue.find((manifest) => manifest.id === id);
  const cached = await inCacheOrDamaged(id, places);
  if (cached?.kind === 'damaged') {
    if (entry) return { kind: 'remote', manifest: entry, damage: cached.error };
    throw withFix(cached.error, `Take it away with: pictor models remove ${id}, then add or pull it again`);
  }
  if (cached && (!entry || !isPulled(cached) || (await looksWhole(cached)))) return cached;
  return entry && { kind: 'remote', manifest: entry };
}

/** The same error, with what to do about it. */
export function withFix(error: PictorError, fix: string): PictorError {
  return new PictorError(error.code, { ...error.details, fix, cause: error.cause });
}

async function byUrl(url: URL, places: Places): Promise<Target> {
  const cameFrom = ({ manifest }: { readonly manifest: Manifest }) =>
    manifest.files[0]?.urls.some((known) => kept(known) === url.href);
  const here = (await everyLocal(places)).find(cameFrom);
  if (here) return here;
  const entry = places.catalogue.find((manifest) => cameFrom({ manifest }));
  return entry ? { kind: 'remote', manifest: entry } : { kind: 'url', url };
}

/** Models of other runtimes, which people try. */
const FOREIGN = /\.(tflite|pb|h5|keras|pth?|safetensors|engine|mlmodel)$/i;

async function byPath(path: string): Promise<Found> {
  const there = await stat(path).catch(() => undefined);
  if (!there) {
    throw new PictorError('MODEL_UNKNOWN', { expected: 'a model', received: `no file at ${path}` });
  }
  if (there.isDirectory()) return found(await readManifest(join(path, 'manifest.json')), 'path');
  const foreign = FOREIGN.exec(path);
  if (foreign) {
    throw new PictorError('MODEL_FILE_INVALID', {
      expected: 'an .onnx file, a manifest, or a folder with one',
      received: path,
      fix:
        foreign[1] === 'tflite'
          ? `Convert it: pictor models import ${path}`
          : 'Export the model to ONNX where it was made',
    });
  }
  if (!path.endsWith('.onnx')) return found(await readManifest(path), 'path');
  const placed = (await manifestBeside(resolve(path))) ?? (await knownFile(resolve(path)));
  if (placed) return found(placed, 'path');
  throw new PictorError('MODEL_MANIFEST_INVALID', {
    expected: `${path.replace(/\.onnx$/, '.manifest.json')} or manifest.json beside the model`,
    received: 'neither',
    fix: 'Write one, or describe the model with: pictor models add',
  });
}

/** A pulled model is fed as today's catalogue says, also when it was pulled by an earlier version. */
function upToDate(placed: PlacedManifest, { catalogue }: Places): PlacedManifest {
  const { files, id } = placed.manifest;
  const entry = catalogue.find((manifest) => manifest.id === id);
  if (!entry || !isPulled(placed) || !sameFiles(entry, placed.manifest)) return placed;
  return { ...placed, manifest: { ...entry, files } };
}

/** Whether two manifests are about the same content. */
export function sameFiles(one: Manifest, other: Manifest): boolean {
  return (
    one.files.length === other.files.length &&
    one.files.every(({ sha256 }, index) => sha256 === other.files[index]?.sha256)
  );
}

/** Added models have no addresses. */
export function isPulled({ manifest }: Pick<PlacedManifest, 'manifest'>): boolean {
  return manifest.files.every(({ urls }) => urls.length > 0);
}

function found(placed: PlacedManifest, origin: Found['origin']): Found {
  return { kind: 'local', ...placed, origin };
}
