/**
 * A model and the code around it into a deployable archive.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  access,
  constants,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import { openModelStore } from '../../models/store/store.ts';
import { defaultModel } from '../../tasks/default-model.ts';
import { type ArchiveEntry, writeZip } from './archive.ts';
import { writeBundles } from './bundle.ts';
import { entryFor } from './entry.ts';
import { placeModel } from './model.ts';
import { checkLibraries, placeLibraries } from './packages/libraries.ts';
import { collectLicences } from './packages/licences.ts';
import { readPackage, targetPackage } from './packages/packages.ts';
import { measureParts, requireWithinLimits } from './packages/sizes.ts';
import { proveArchive } from './prove.ts';
import type { PackedFunction } from './runtime/types.ts';
import { PACKAGE_ROOT } from './source.ts';
import { resolveTarget } from './target.ts';
import type { PackOptions, PackReport, PackTarget } from './types.ts';

/**
 * Packs a function. The archive appears at its place only when it is complete, within the limits of the platform and,
 * where this machine can run it, has answered a request.
 *
 * @param options platform and model; see `PackOptions`
 * @throws PLATFORM_UNKNOWN, OPTION_INVALID, MODEL_*, PACK_FAILED, PACK_TOO_LARGE, FILE_WRITE_FAILED, ABORTED
 * @example
 * const { file, sha256, proof } = await packFunction({ platform: 'scf', model: 'squeezenet' });
 */
export async function packFunction(options: PackOptions): Promise<PackReport> {
  const { signal, onStep = () => {} } = options;
  const target = resolveTarget(options);
  const store = options.store ?? openModelStore();
  const abort = signal ? { signal } : {};
  const model =
    options.model === undefined
      ? await defaultModel(store, { allowPull: true, onNotice: onStep, ...abort })
      : await store.resolve(options.model, abort);
  onStep(`Model ${model.manifest.id}`);
  const out = resolve(options.out ?? `pictor-${target.platform.id}-${model.manifest.id}.zip`);
  await requireWritable(out);
  const work = await mkdtemp(join(tmpdir(), 'pictor-pack-'));
  const part = join(dirname(out), `.${basename(out)}.${randomUUID().slice(0, 8)}.part`);
  const layerPart = `${part}.layer`;
  try {
    return await packInto({ options, target, model, out, work, part, layerPart, onStep, signal });
  } catch (thrown) {
    signal?.throwIfAborted();
    // A missing file in the middle of the work is a defect, not the user's folder.
    throw (hasCode(thrown, 'ENOENT', 'ENOTDIR') ? undefined : writeFailure(thrown, out)) ?? thrown;
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(part, { force: true });
    await rm(layerPart, { force: true });
  }
}

interface Work {
  readonly options: PackOptions;
  readonly target: PackTarget;
  readonly model: Awaited<ReturnType<NonNullable<PackOptions['store']>['resolve']>>;
  readonly out: string;
  /** Empty folder. */
  readonly work: string;
  /** Where the archives grow, beside their final place. */
  readonly part: string;
  readonly layerPart: string;
  readonly onStep: (step: string) => void;
  readonly signal: AbortSignal | undefined;
}

async function packInto(job: Work): Promise<PackReport> {
  const { options, target, model, out, work, part, layerPart, onStep, signal } = job;
  const { manifest } = model;
  const folder = join(work, 'archive');
  const layer = join(work, 'layer');
  const cache = join(work, 'packages');
  for (const path of [folder, layer, cache]) await mkdir(path);

  const place = await placeModel(model, target, options, folder, layer);
  onStep(`Libraries for linux/${target.arch}`);
  const libraries = await placeLibraries(target, folder, cache, signal);
  const packed: PackedFunction = {
    version: (await readPackage(PACKAGE_ROOT))?.version ?? '0.0.0',
    backend: target.backend,
    manifest,
    model: place,
    oneAtATime: target.platform.calls.kind !== 'server' && target.kind === 'event',
  };
  const entry = entryFor(target, packed);
  const modules = await platformModules(entry.packages, target, cache, signal);
  signal?.throwIfAborted();
  onStep('Code');
  const inputs = await writeBundles({
    entry: entry.code,
    file: entry.file,
    folder,
    thread: packed.oneAtATime,
    target,
    libraries,
    provided: entry.provided,
    modules,
  });
  for (const [name, text] of Object.entries(entry.extras)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(
    join(folder, 'THIRD-PARTY-LICENSES'),
    await collectLicences(inputs, libraries.packages, manifest),
  );
  signal?.throwIfAborted();

  onStep('Archive');
  const entries = await writeZip(folder, part, (path) => entry.executables.includes(path));
  const layerEntries = options.modelLayer === true ? await writeZip(layer, layerPart, () => false) : [];
  const { size } = await stat(part);
  const parts = await measureParts(part);
  const sizes = { bytes: size, unpackedBytes: total(entries), files: entries.length, parts, target };
  options.onSizes?.(sizes);
  requireWithinLimits(target, size, total(entries) + total(layerEntries), parts);
  const librariesChecked = await checkLibraries(
    target,
    folder,
    entries.map(({ path }) => path),
  );
  signal?.throwIfAborted();
  const proof = await proveArchive({ ...job, archive: part, librariesChecked });

  const layerOut = out.replace(/(\.zip)?$/, '-layer.zip');
  const report: PackReport = {
    ...sizes,
    file: out,
    sha256: await sha256(part),
    manifest,
    ...(layerEntries.length > 0 && {
      layer: { file: layerOut, bytes: (await stat(layerPart)).size, sha256: await sha256(layerPart) },
    }),
    proof,
  };
  signal?.throwIfAborted();
  if (report.layer) await rename(layerPart, layerOut);
  await rename(part, out);
  return report;
}

/** Packages that only one platform's entry needs, e.g. Azure's programming model. */
async function platformModules(
  packages: Readonly<Record<string, string>>,
  target: PackTarget,
  cache: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const folders: string[] = [];
  for (const [name, version] of Object.entries(packages)) {
    const { folder } = await targetPackage(name, version, target, cache, signal);
    folders.push(folder.slice(0, folder.lastIndexOf('node_modules') + 'node_modules'.length));
  }
  return folders;
}

function total(entries: readonly ArchiveEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** Whether a file can be made there: asked before the work, not after it. */
async function requireWritable(out: string): Promise<void> {
  const folder = dirname(out);
  const probe = join(folder, `.pictor-${randomUUID().slice(0, 8)}.part`);
  try {
    const found = await stat(out).catch(() => undefined);
    if (found?.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    await access(folder, constants.W_OK);
    await (await open(probe, 'wx')).close();
    await rm(probe, { force: true });
  } catch (cause) {
    throw writeFailure(cause, out) ?? cause;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
};

function hasCode(thrown: unknown, ...codes: readonly string[]): boolean {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code));
}

function writeFailure(thrown: unknown, out: string): PictorError | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const reason = REASONS[code];
  if (reason === undefined) return undefined;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new PictorError('FILE_WRITE_FAILED', {
    received: `${out}: ${reason}`,
    fix: full
      ? 'Make room there and in the temporary folder (about 200 MB)'
      : 'Choose another place with --out',
    cause: thrown,
  });
}
