import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PictorError } from '../../../errors.ts';
import type { ModelFile } from '../../../models/manifest/manifest.ts';
import type { PackedFunction } from './types.ts';

/**
 * Finds the graph of a packed function. In the archive it was checked when it was packed; from anywhere else it must
 * have the pinned hash. `PICTOR_MODEL_PATH` names another place for a model that is not in the archive.
 *
 * @param packed what the archive knows
 * @param folder of the unpacked archive
 * @param temporary where a fetched model is kept (default: the system's temporary folder)
 * @returns an absolute path
 * @throws MODEL_NOT_LOCAL, MODEL_HASH_MISMATCH, MODEL_DOWNLOAD_FAILED
 */
export async function locateModel(
  packed: PackedFunction,
  folder: string,
  temporary = tmpdir(),
): Promise<string> {
  const { model, manifest } = packed;
  const [graph] = manifest.files;
  if (graph === undefined) throw new PictorError('MODEL_MANIFEST_INVALID', { received: 'no files' });
  const own = process.env.PICTOR_MODEL_PATH;
  if (model.kind !== 'archive' && own) return checked(own, graph, true);
  if (model.kind === 'url') return fetchModel(model.url, graph, temporary);
  return checked(resolve(folder, model.file), graph, model.kind === 'layer');
}

async function checked(path: string, graph: ModelFile, hashed: boolean): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new PictorError('MODEL_NOT_LOCAL', {
      expected: `the model at ${path}`,
      received: 'nothing there',
      fix: 'Attach the layer with the model to the function, or pack again',
    });
  }
  if (found.size !== graph.bytes || (hashed && (await sha256(path)) !== graph.sha256)) {
    throw mismatch(graph, path);
  }
  return path;
}

/** On its own, because the store's cached hashes bring half the store into the cold start. */
async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** A warm instance, or one that starts again in the same sandbox, finds what an earlier one fetched. */
async function fetchModel(url: string, graph: ModelFile, temporary: string): Promise<string> {
  const target = join(temporary, `pictor-${graph.sha256}.onnx`);
  const there = await stat(target).catch(() => undefined);
  if (there?.size === graph.bytes && (await sha256(target)) === graph.sha256) return target;
  const folder = await mkdtemp(join(temporary, 'pictor-fetch-'));
  try {
    const part = join(folder, 'model.part');
    await download(url, graph, part);
    await rename(part, target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function download(url: string, graph: ModelFile, target: string): Promise<void> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw failed(url, 'no connection', cause);
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw failed(url, `status ${response.status}`);
  }
  const hash = createHash('sha256');
  let bytes = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(bytes > graph.bytes ? mismatch(graph, url) : null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(response.body), check, createWriteStream(target));
  } catch (cause) {
    throw cause instanceof PictorError ? cause : failed(url, 'a broken transfer', cause);
  }
  if (bytes !== graph.bytes || hash.digest('hex') !== graph.sha256) throw mismatch(graph, url);
}

function mismatch(graph: ModelFile, where: string): PictorError {
  return new PictorError('MODEL_HASH_MISMATCH', {
    expected: `${graph.bytes} bytes with sha256 ${graph.sha256}`,
    received: `another file at ${where}`,
    fix: 'Put the model there that the function was packed for',
  });
}

function failed(url: string, received: string, cause?: unknown): PictorError {
  return new PictorError('MODEL_DOWNLOAD_FAILED', { expected: `the model at ${url}`, received, cause });
}
