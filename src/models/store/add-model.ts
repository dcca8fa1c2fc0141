/**
 * A local ONNX file, with its manifest, into the store.
 *
 * @module
 */
import { constants, copyFile, open, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import { knownFile } from '../catalogue/known-files.ts';
import { requireFit } from '../manifest/graph-fit.ts';
import type { Manifest, ModelFile } from '../manifest/manifest.ts';
import { manifestBeside, type PlacedManifest, parseManifest } from '../manifest/manifest-file.ts';
import { checkFile } from './check-files.ts';
import { hashFile } from './file-hash.ts';
import type { StoreLayout } from './layout.ts';
import { makeFolder } from './make-folder.ts';
import { publish } from './publish.ts';
import { errorCode, storing } from './store-failure.ts';

/** A file to add: what it is, and where its parts lie now. */
export interface Candidate {
  readonly manifest: Manifest;
  /** Absolute paths, in the order of the manifest's files. */
  readonly sources: readonly string[];
}

/**
 * Finds out what a file is: the manifest that is given, else the one beside it, else the catalogue entry with the same
 * hash. A given manifest may leave `files` out.
 *
 * @throws MODEL_UNKNOWN when there is no such file, MODEL_MANIFEST_INVALID, MODEL_FILE_INVALID, MODEL_HASH_MISMATCH,
 * LABELS_INVALID
 */
export async function examine(
  file: string,
  given: unknown,
  catalogue: readonly Manifest[],
): Promise<Candidate> {
  const graph = resolve(file);
  const own = await describe(graph);
  const candidate = await identify(graph, own, given, catalogue);
  for (const [index, source] of candidate.sources.entries()) {
    const wanted = candidate.manifest.files[index];
    const problem = wanted && (await checkFile(source, wanted));
    if (problem) {
      const { code, expected, received } = problem;
      throw new PictorError(code, {
        expected,
        received,
        fix: 'Correct the manifest, or fetch the file again',
      });
    }
  }
  const { decodeModel } = await import('../onnx/decode.ts');
  requireFit(decodeModel(await readFile(graph)), candidate.manifest);
  return candidate;
}

/** Copies a candidate's files and publishes them. The caller holds the model's lock. */
export async function shelve(layout: StoreLayout, { manifest, sources }: Candidate): Promise<PlacedManifest> {
  const folder = layout.parts(manifest.id);
  const copies = manifest.files.map(({ sha256 }) => join(folder, `${sha256}.copy`));
  try {
    await storing(folder, async () => {
      await makeFolder(folder);
      for (const [index, source] of sources.entries()) await copySynced(source, copies[index] ?? '');
    });
    for (const [index, copy] of copies.entries()) {
      const wanted = manifest.files[index];
      const problem = wanted && (await checkFile(copy, wanted, { fresh: true }));
      // The source changed while it was being copied.
      if (problem)
        throw new PictorError(problem.code, { expected: problem.expected, received: problem.received });
    }
    return await publish(layout, manifest, copies);
  } finally {
    for (const copy of copies) await rm(copy, { force: true });
  }
}

async function describe(path: string): Promise<Omit<ModelFile, 'urls'>> {
  try {
    const { size } = await stat(path);
    return { path: basename(path), bytes: size, sha256: await hashFile(path) };
  } catch (error) {
    const code = errorCode(error);
    const received = code === 'ENOENT' ? `no file at ${path}` : `${path} (${code})`;
    throw new PictorError('MODEL_UNKNOWN', { expected: 'an .onnx file', received, cause: error });
  }
}

async function identify(
  graph: string,
  own: Omit<ModelFile, 'urls'>,
  given: unknown,
  catalogue: readonly Manifest[],
): Promise<Candidate> {
  if (given !== undefined) {
    const whole = isObject(given) && given.files === undefined ? { ...given, files: [own] } : given;
    return local(graph, parseManifest(whole, `the manifest for ${own.path}`));
  }
  const beside = await manifestBeside(graph);
  if (beside) return local(graph, beside.manifest);
  const entry = catalogue.find(({ files }) => files.length === 1 && files[0]?.sha256 === own.sha256);
  // Known by its content: the addresses stay, so that it counts as if it had been pulled.
  if (entry) return { manifest: entry, sources: [graph] };
  const known = await knownFile(graph);
  if (known) return local(graph, known.manifest);
  throw new PictorError('MODEL_MANIFEST_INVALID', {
    expected: `a manifest, ${basename(graph, '.onnx')}.manifest.json beside the file, or a file of the catalogue`,
    received: own.path,
    fix: 'Describe the model: pictor models add --help',
  });
}

/** Addresses are dropped: a model that was added never comes from elsewhere. */
function local(graph: string, manifest: Manifest): Candidate {
  const files = manifest.files.map((file) => ({ ...file, urls: [] }));
  const folder = dirname(graph);
  return {
    manifest: { ...manifest, files },
    sources: files.map((file, index) => (index === 0 ? graph : resolve(folder, file.path))),
  };
}

async function copySynced(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  const file = await open(target, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
