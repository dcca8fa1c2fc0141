/**
 * The platforms that a function can be packed for: their runtimes and limits, as published by the vendors.
 *
 * @module
 */
import { PictorError } from '../errors.ts';

export const PLATFORM_IDS = ['scf', 'lambda', 'fc', 'functiongraph', 'gcf', 'azure', 'container'] as const;
export type PlatformId = (typeof PLATFORM_IDS)[number];
export type Arch = 'x64' | 'arm64';

/** A managed Node.js runtime. */
export interface PlatformRuntime {
  /** As the platform spells it. */
  readonly name: string;
  /** Major version. */
  readonly node: number;
  /** glibc of the operating system underneath, e.g. `2.28`; absent where the vendor does not say. */
  readonly glibc?: string;
}

/** The platform's object storage, as a way for archives. */
export interface PlatformStorage {
  /** Bytes of a zip that is fetched from there; absent: no limit published. */
  readonly zipBytes?: number;
}

export interface Platform {
  readonly id: PlatformId;
  readonly title: string;
  /** `file.export` in the vendor's notation. */
  readonly handler: string;
  readonly runtimes: readonly PlatformRuntime[];
  readonly archs: readonly Arch[];
  readonly limits: {
    /** Bytes of a zip that is uploaded directly; absent: no limit published. */
    readonly zipBytes?: number;
    /** Bytes of the unpacked code. */
    readonly unzippedBytes?: number;
    /** Bytes of one request as the function receives it. */
    readonly payloadBytes: number;
    /** Longest time for one call, seconds. */
    readonly timeoutSeconds: number;
  };
  /** Where archives go that are too large for a direct upload; absent: nowhere. */
  readonly storage?: PlatformStorage;
  /** What to do with an archive over `zipBytes`. */
  readonly whenTooLarge: string;
}

const MB = 1_000_000;
const MIB = 1024 * 1024;

const BY_URL = 'have the model fetched at the start (--model-url)';

const PLATFORMS: Readonly<Record<PlatformId, Platform>> = {
  scf: {
    id: 'scf',
    title: 'Tencent SCF',
    handler: 'index.main_handler',
    runtimes: [
      { name: 'Nodejs16.13', node: 16, glibc: '2.17' },
      { name: 'Nodejs18.15', node: 18, glibc: '2.28' },
      { name: 'Nodejs20.19', node: 20, glibc: '2.28' },
    ],
    archs: ['x64'],
    limits: { zipBytes: 50 * MB, unzippedBytes: 500 * MB, payloadBytes: 6 * MIB, timeoutSeconds: 900 },
    storage: {},
    whenTooLarge: `Upload it through a COS bucket (--via-storage), put the model into a layer (--model-layer), or ${BY_URL}`,
  },
  lambda: {
    id: 'lambda',
    title: 'AWS Lambda',
    handler: 'index.handler',
    runtimes: [
      { name: 'nodejs20.x', node: 20, glibc: '2.34' },
      { name: 'nodejs22.x', node: 22, glibc: '2.34' },
      { name: 'nodejs24.x', node: 24, glibc: '2.34' },
    ],
    archs: ['x64', 'arm64'],
    limits: { zipBytes: 50 * MB, unzippedBytes: 250 * MB, payloadBytes: 6 * MIB, timeoutSeconds: 900 },
    storage: {},
    whenTooLarge: `Upload it through an S3 bucket (--via-storage), put the model into a layer (--model-layer), or ${BY_URL}`,
  },
  fc: {
    id: 'fc',
    title: 'Alibaba Function Compute',
    handler: 'index.handler',
    runtimes: [
      { name: 'nodejs16', node: 16, glibc: '2.24' },
      { name: 'nodejs18', node: 18, glibc: '2.28' },
      { name: 'nodejs20', node: 20, glibc: '2.28' },
    ],
    archs: ['x64'],
    limits: { zipBytes: 100 * MB, unzippedBytes: 500 * MB, payloadBytes: 32 * MIB, timeoutSeconds: 86_400 },
    storage: { zipBytes: 500 * MB },
    whenTooLarge: `Upload it through an OSS bucket (--via-storage), put the model into a layer (--model-layer), or ${BY_URL}`,
  },
  functiongraph: {
    id: 'functiongraph',
    title: 'Huawei FunctionGraph',
    handler: 'index.handler',
    runtimes: [
      { name: 'Node.js18.15', node: 18 },
      { name: 'Node.js20.15', node: 20 },
    ],
    archs: ['x64'],
    limits: { zipBytes: 40 * MB, unzippedBytes: 1500 * MB, payloadBytes: 6 * MIB, timeoutSeconds: 900 },
    storage: { zipBytes: 300 * MB },
    whenTooLarge: `Upload it through an OBS bucket (--via-storage), or ${BY_URL}`,
  },
  gcf: {
    id: 'gcf',
    title: 'Google Cloud Run functions',
    handler: 'pictor',
    runtimes: [
      { name: 'nodejs20', node: 20, glibc: '2.35' },
      { name: 'nodejs22', node: 22, glibc: '2.35' },
    ],
    archs: ['x64'],
    limits: { zipBytes: 100 * MB, unzippedBytes: 500 * MB, payloadBytes: 32 * MIB, timeoutSeconds: 3600 },
    whenTooLarge: `Deploy the container instead, or ${BY_URL}`,
  },
  azure: {
    id: 'azure',
    title: 'Azure Functions',
    handler: 'index.js',
    runtimes: [
      { name: '20', node: 20, glibc: '2.31' },
      { name: '22', node: 22, glibc: '2.31' },
    ],
    archs: ['x64'],
    limits: { unzippedBytes: 1500 * MB, payloadBytes: 100 * MIB, timeoutSeconds: 230 },
    whenTooLarge: `Deploy the container instead, or ${BY_URL}`,
  },
  container: {
    id: 'container',
    title: 'Container (Knative, Cloud Run, Kubernetes)',
    handler: 'server.js',
    runtimes: [
      { name: 'node:20-slim', node: 20, glibc: '2.36' },
      { name: 'node:22-slim', node: 22, glibc: '2.36' },
      { name: 'node:24-slim', node: 24, glibc: '2.36' },
    ],
    archs: ['x64', 'arm64'],
    limits: { payloadBytes: 32 * MIB, timeoutSeconds: 3600 },
    whenTooLarge: 'Choose a smaller model',
  },
};

/**
 * The facts about a platform.
 *
 * @param id one of {@link PLATFORM_IDS}
 * @throws PLATFORM_UNKNOWN
 */
export function platformOf(id: string): Platform {
  const known = PLATFORM_IDS.find((name) => name === id);
  if (known) return PLATFORMS[known];
  throw new PictorError('PLATFORM_UNKNOWN', { expected: `one of ${PLATFORM_IDS.join(', ')}`, received: id });
}

/** Oldest glibc that the native libraries load on (symbol versions of onnxruntime 1.30 and libvips). */
export const NATIVE_GLIBC = '2.28';

/**
 * The runtime of a platform for a Node.js version, if it can carry the back end.
 *
 * @param platform where the function will run
 * @param node major version
 * @param backend `native` needs a recent glibc; `wasm` runs on any
 * @throws OPTION_INVALID when there is no such runtime, or it is too old
 */
export function runtimeFor(platform: Platform, node: number, backend: 'native' | 'wasm'): PlatformRuntime {
  const runtime = platform.runtimes.find((candidate) => candidate.node === node);
  const usable = platform.runtimes.filter((candidate) => candidate.node >= 20);
  const offer = usable.map((candidate) => `--node ${candidate.node} (${candidate.name})`).join(' or ');
  if (!runtime) {
    throw new PictorError('OPTION_INVALID', {
      expected: `a Node.js runtime of ${platform.title}: ${offer}`,
      received: `--node ${node}`,
    });
  }
  if (node < 20) {
    throw new PictorError('OPTION_INVALID', {
      expected: `Node.js 20 or newer: ${offer}`,
      received: `${runtime.name}`,
    });
  }
  if (backend === 'native' && runtime.glibc && compareVersions(runtime.glibc, NATIVE_GLIBC) < 0) {
    throw new PictorError('OPTION_INVALID', {
      expected: `a runtime with glibc ${NATIVE_GLIBC} or newer: ${offer}`,
      received: `${runtime.name} with glibc ${runtime.glibc}`,
      fix: 'Choose a newer runtime, or --backend wasm',
    });
  }
  return runtime;
}

/** Compares `2.28` with `2.4` number by number. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
