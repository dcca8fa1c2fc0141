/**
 * What `pictor doctor` finds out about this installation. Nothing secret: of variables that may hold a password only
 * the name is kept, and the home folder is written `~`.
 *
 * @module
 */

import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, homedir, totalmem } from 'node:os';
import { packageVersion } from '../../base/package-root.ts';
import { tryWebAssembly } from '../../base/system-limit.ts';
import { chooseBackend } from '../../engine/backends/choose.ts';
import { diagnoseBackend, type PackageDiagnosis } from '../../engine/backends/diagnose.ts';
import { cpuQuota } from '../../engine/cpu-quota.ts';
import type { BackendName } from '../../engine/types.ts';
import { type ErrorCode, toPictorError } from '../../errors.ts';
import { embeddedFolder, storeFolder } from '../../models/locations.ts';
import { openModelStore } from '../../models/store/store.ts';
import type { ModelListing, ModelStore } from '../../models/types.ts';
import { storedIds } from '../commands/models/stored-ids.ts';

/** The whole report; every size in bytes. */
export interface DoctorReport {
  readonly pictor: string;
  readonly system: {
    readonly node: string;
    readonly platform: string;
    readonly libc: string | undefined;
    readonly processor: string;
    readonly cores: number;
    /** Processors that this process may use, by its control group. */
    readonly quota: number;
    /** Instruction sets that inference profits from. */
    readonly features: readonly string[];
    readonly memory: { readonly total: number; readonly free: number; readonly limit: number | undefined };
  };
  readonly packages: Readonly<Record<string, string>>;
  readonly backend: {
    readonly packages: readonly PackageDiagnosis[];
    /** What `auto` comes to here. */
    readonly chosen: BackendName | undefined;
    readonly loadMs: number | undefined;
    readonly problem: string | undefined;
  };
  readonly store: { readonly folder: string; readonly embedded: string };
  readonly models: readonly DoctorModel[];
  /** Name → value, or `(set)` where the value is nobody's business. */
  readonly environment: Readonly<Record<string, string>>;
  /** Nothing that keeps Pictor from working. */
  readonly healthy: boolean;
}

export interface DoctorModel {
  readonly id: string;
  readonly task: string;
  readonly state: ModelListing['state'];
  readonly bytes: number;
  readonly sha256: string;
  readonly ok: boolean;
  readonly problems: readonly string[];
}

/** Collects the report: loads the back end, and hashes every model on this machine. */
export async function examine(): Promise<DoctorReport> {
  // First of all: loading the back end sets variables of its own.
  const variables = environment();
  const diagnosis = diagnoseBackend();
  const backend = await tryBackend();
  const store = openModelStore();
  const models = await Promise.all((await storedIds(store)).map((id) => checkModel(store, id)));
  const [cpu] = cpus();
  return {
    pictor: packageVersion(),
    system: {
      node: diagnosis.node,
      platform: `${diagnosis.platform}-${diagnosis.arch}`,
      libc: diagnosis.libc,
      processor: cpu?.model.trim() || 'unknown',
      cores: availableParallelism(),
      quota: cpuQuota(),
      features: processorFeatures(),
      memory: { total: totalmem(), free: freemem(), limit: memoryLimit() },
    },
    packages: await packageVersions(),
    backend: { packages: [diagnosis.native, diagnosis.wasm], ...backend },
    store: { folder: tilde(storeFolder(process.env)), embedded: tilde(embeddedFolder(process.env)) },
    models,
    environment: variables,
    healthy: backend.chosen !== undefined && models.every(({ ok }) => ok),
  };
}

async function tryBackend(): Promise<Omit<DoctorReport['backend'], 'packages'>> {
  const started = performance.now();
  try {
    const { name } = await chooseBackend('auto');
    // Decoding and resizing are WebAssembly, whatever the back end is.
    tryWebAssembly();
    return { chosen: name, loadMs: Math.round(performance.now() - started), problem: undefined };
  } catch (thrown) {
    return { chosen: undefined, loadMs: undefined, problem: toPictorError(thrown).message };
  }
}

async function checkModel(store: ModelStore, id: string): Promise<DoctorModel> {
  try {
    const { manifest, state } = await store.info(id);
    const { ok, problems } = await store.verify(id);
    return {
      id,
      task: manifest.task,
      state,
      bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
      sha256: manifest.files[0]?.sha256 ?? '',
      ok,
      problems: problems.map(tilde),
    };
  } catch (thrown) {
    const problems = [tilde(toPictorError(thrown).message)];
    return { id, task: 'unknown', state: 'cached', bytes: 0, sha256: '', ok: false, problems };
  }
}

/** Versions of what decodes and computes. */
async function packageVersions(): Promise<Record<string, string>> {
  const code: ErrorCode = 'BACKEND_UNAVAILABLE';
  try {
    const { default: sharp } = await import('sharp');
    return { sharp: sharp.versions.sharp ?? 'unknown', libvips: sharp.versions.vips };
  } catch (thrown) {
    return { sharp: toPictorError(thrown, code).message };
  }
}

const FEATURES = ['sse4_2', 'avx', 'f16c', 'fma', 'avx2', 'avx512f', 'avx512_vnni', 'avx_vnni', 'amx_int8'];
const ARM_FEATURES = ['asimd', 'asimdhp', 'asimddp', 'i8mm', 'sve'];

/** Only Linux tells without a native call. */
function processorFeatures(): string[] {
  if (!existsSync('/proc/cpuinfo')) return [];
  const text = readFileSync('/proc/cpuinfo', 'utf8');
  const flags = new Set(/^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1]?.split(' '));
  return [...FEATURES, ...ARM_FEATURES].filter((feature) => flags.has(feature));
}

/** Bytes that the control group allows; undefined without a limit. */
function memoryLimit(): number | undefined {
  const limit = process.constrainedMemory();
  return limit !== undefined && limit > 0 && limit < totalmem() ? limit : undefined;
}

/** Variables that change what Pictor does; values of those that may carry a password stay here. */
const OPEN =
  /^(PICTOR_(HOME|OFFLINE|EMBEDDED_MODELS|MODEL_MIRROR)|HF_ENDPOINT|NODE_OPTIONS|NO_COLOR|LANG|LC_ALL)$/;
const CLOSED = /^(PICTOR_\w+|HTTPS?_PROXY|ALL_PROXY|NO_PROXY|ORT_\w+)$/i;

function environment(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env).toSorted(([a], [b]) => a.localeCompare(b))) {
    if (!value) continue;
    if (OPEN.test(name)) found[name] = tilde(value.replace(/\/\/[^/@]*@/, '//(set)@'));
    else if (CLOSED.test(name)) found[name] = '(set)';
  }
  return found;
}

function tilde(text: string): string {
  return text.replaceAll(homedir(), '~');
}
