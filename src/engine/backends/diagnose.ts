import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { broughtAlong, installCommand } from '../../base/package-root.ts';
import type { BackendChoice } from '../types.ts';

/** What the machine offers to the back ends. */
export interface BackendDiagnosis {
  readonly node: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `glibc 2.36`, `musl`, or absent where that does not apply. */
  readonly libc?: string;
  readonly native: PackageDiagnosis;
  readonly wasm: PackageDiagnosis;
}

export interface PackageDiagnosis {
  readonly package: string;
  /** Installed version. */
  readonly version?: string;
  readonly usable: boolean;
  /** What keeps it from being used, and what to do. */
  readonly problems: readonly string[];
}

/** What onnxruntime-node's binaries are built for. */
const NATIVE_TARGETS: readonly string[] = [
  'linux-x64',
  'linux-arm64',
  'darwin-arm64',
  'win32-x64',
  'win32-arm64',
];
const GLIBC_REQUIRED = '2.28';

/** The package that brings a library along. */
const INSTALLED_WITH: Readonly<Record<string, string>> = { 'onnxruntime-node': 'pictor' };

/**
 * Says which back ends can be used here, and why not, without loading either.
 *
 * @example
 * const { native } = diagnoseBackend();
 * if (!native.usable) console.log(native.problems.join('\n'));
 */
export function diagnoseBackend(): BackendDiagnosis {
  const libc = libcVersion();
  return {
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    ...(libc !== undefined && { libc }),
    native: diagnoseNative(libc),
    wasm: diagnosePackage('onnxruntime-web'),
  };
}

function diagnoseNative(libc: string | undefined): PackageDiagnosis {
  const base = diagnosePackage('onnxruntime-node');
  const problems = [...base.problems];
  const target = `${process.platform}-${process.arch}`;
  if (!NATIVE_TARGETS.includes(target)) {
    problems.push(`there is no native library for ${target}; there is for ${NATIVE_TARGETS.join(', ')}`);
  } else if (base.version !== undefined && !nativeFileExists()) {
    problems.push(`the native library for ${target} is missing; reinstall Pictor`);
  }
  if (libc === 'musl') {
    problems.push(
      'the native library needs glibc, and this is musl; use a Debian-based image or the wasm back end',
    );
  } else if (libc?.startsWith('glibc ') && older(libc.slice(6), GLIBC_REQUIRED)) {
    problems.push(`the native library needs glibc ${GLIBC_REQUIRED} or newer, and this is ${libc.slice(6)}`);
  }
  return { ...base, usable: problems.length === 0, problems };
}

function diagnosePackage(name: string): PackageDiagnosis {
  const version = packageVersion(name);
  const wanted = INSTALLED_WITH[name] ?? name;
  const problems = version === undefined ? [`not installed; to get it: ${installCommand(wanted)}`] : [];
  return {
    package: name,
    ...(version !== undefined && { version }),
    usable: problems.length === 0,
    problems,
  };
}

/** The words for BACKEND_UNAVAILABLE. */
export function diagnoseFailure(choice: BackendChoice): { expected: string; received: string; fix: string } {
  const found = diagnoseBackend();
  const libc = found.libc ? `, ${found.libc}` : '';
  const wanted =
    choice === 'wasm' ? [found.wasm] : choice === 'native' ? [found.native] : [found.native, found.wasm];
  const problems = wanted.flatMap((p) => p.problems.map((problem) => `${p.package}: ${problem}`));
  return {
    expected: `Node 20.9 or newer on ${NATIVE_TARGETS.join(', ')} with glibc ${GLIBC_REQUIRED} or newer, or onnxruntime-web`,
    received: `Node ${found.node} on ${found.platform}-${found.arch}${libc}`,
    fix:
      problems.length > 0
        ? problems.join('; ')
        : `Reinstall: npm install ${wanted.map((p) => INSTALLED_WITH[p.package] ?? p.package).join(' ')}`,
  };
}

/** glibc's version is in Node's own report; its absence on Linux means musl. */
function libcVersion(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const report: unknown = process.report?.getReport();
  const header =
    typeof report === 'object' && report !== null && 'header' in report ? report.header : undefined;
  const version =
    typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header
      ? header.glibcVersionRuntime
      : undefined;
  return typeof version === 'string' ? `glibc ${version}` : 'musl';
}

/** Where a package is installed; nothing when it is not. */
export function packageFolder(name: string): string | undefined {
  const own = broughtAlong(name);
  if (own !== undefined) return own;
  let folder: string;
  try {
    folder = dirname(createRequire(import.meta.url).resolve(name));
  } catch {
    return undefined;
  }
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return folder;
}

function packageVersion(name: string): string | undefined {
  const folder = packageFolder(name);
  if (folder === undefined) return undefined;
  const { version }: { version?: unknown } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return typeof version === 'string' ? version : undefined;
}

function nativeFileExists(): boolean {
  const folder = packageFolder('onnxruntime-node');
  const file = join('bin', 'napi-v6', process.platform, process.arch, 'onnxruntime_binding.node');
  return folder !== undefined && existsSync(join(folder, file));
}

function older(version: string, required: string): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  const [c = 0, d = 0] = required.split('.').map(Number);
  return a < c || (a === c && b < d);
}
