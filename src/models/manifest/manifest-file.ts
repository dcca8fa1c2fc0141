/**
 * Manifests as they lie on disk: reading, checking, finding the one beside a model.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import { type Manifest, manifestSchema } from './manifest.ts';

/** A checked manifest and where its files lie. */
export interface PlacedManifest {
  readonly manifest: Manifest;
  /** Folder that the manifest's file paths start from, absolute. */
  readonly folder: string;
  /** Absolute path of the ONNX graph. */
  readonly path: string;
}

/**
 * Checks a manifest and fills in its defaults.
 *
 * @param value parsed JSON, or an object of the same shape
 * @param where what the message calls it, e.g. a path
 * @throws MODEL_MANIFEST_INVALID naming every field that is wrong
 */
export function parseManifest(value: unknown, where: string): Manifest {
  const result = manifestSchema.safeParse(value, { jitless: true });
  if (!result.success) {
    const problems = result.error.issues
      .slice(0, 8)
      .map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`);
    throw new PictorError('MODEL_MANIFEST_INVALID', { received: `${where} with ${problems.join('; ')}` });
  }
  const names = new Set<string>();
  for (const { path } of result.data.files) {
    if (!isPlainRelative(path)) {
      throw new PictorError('MODEL_MANIFEST_INVALID', {
        expected: 'file paths that stay inside the folder of the manifest',
        received: `${path} in ${where}`,
      });
    }
    if (names.has(path)) {
      throw new PictorError('MODEL_MANIFEST_INVALID', { received: `the file ${path} twice in ${where}` });
    }
    names.add(path);
  }
  return result.data;
}

/**
 * Reads a manifest from disk.
 *
 * @param path path of a JSON file
 * @throws MODEL_UNKNOWN when there is no such file, MODEL_MANIFEST_INVALID
 */
export async function readManifest(path: string): Promise<PlacedManifest> {
  const absolute = resolve(path);
  const text = await readText(absolute);
  if (text === undefined) {
    throw new PictorError('MODEL_UNKNOWN', { expected: 'a manifest', received: `no file at ${path}` });
  }
  return placeIn(dirname(absolute), parseManifest(parseJson(text, absolute), absolute));
}

/** A manifest whose files lie below a folder. */
export function placeIn(folder: string, manifest: Manifest): PlacedManifest {
  return { manifest, folder, path: join(folder, graphOf(manifest)) };
}

/**
 * Finds the manifest of an ONNX file: `<name>.manifest.json`, else `manifest.json`, beside it.
 *
 * @param onnxPath path of an `.onnx` file
 * @returns undefined when there is neither
 * @throws MODEL_MANIFEST_INVALID, also when `manifest.json` describes another file
 */
export async function manifestBeside(onnxPath: string): Promise<PlacedManifest | undefined> {
  const absolute = resolve(onnxPath);
  const folder = dirname(absolute);
  const own = join(folder, `${basename(absolute, '.onnx')}.manifest.json`);
  const ownText = await readText(own);
  if (ownText !== undefined) {
    return { manifest: parseManifest(parseJson(ownText, own), own), folder, path: absolute };
  }
  const shared = join(folder, 'manifest.json');
  const sharedText = await readText(shared);
  if (sharedText === undefined) return undefined;
  const manifest = parseManifest(parseJson(sharedText, shared), shared);
  if (resolve(folder, graphOf(manifest)) !== absolute) {
    throw new PictorError('MODEL_MANIFEST_INVALID', {
      expected: `${basename(own)}, or a manifest.json that describes ${basename(absolute)}`,
      received: `${shared} for ${graphOf(manifest)}`,
    });
  }
  return { manifest, folder, path: absolute };
}

/** The first file of a manifest is the ONNX graph. */
export function graphOf(manifest: Manifest): string {
  const [graph] = manifest.files;
  if (!graph) throw new PictorError('MODEL_MANIFEST_INVALID', { received: `${manifest.id} without files` });
  return graph.path;
}

/** Whether a path can only lead to a file below the folder it starts from, on any system. */
function isPlainRelative(path: string): boolean {
  if (/[\\:\0]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new PictorError('MODEL_STORE_FAILED', {
      received: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
}

/** @throws MODEL_MANIFEST_INVALID */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PictorError('MODEL_MANIFEST_INVALID', {
      expected: 'JSON',
      received: `${where} (${error instanceof Error ? error.message : 'unreadable'})`,
      cause: error,
    });
  }
}
