import type { BackendName } from '../../engine/types.ts';
import type { Manifest } from '../../models/manifest/manifest.ts';
import type { ModelStore } from '../../models/types.ts';
import type { Arch, FunctionKind, Platform, PlatformRuntime } from '../../platforms/shared/platform.ts';
import type { Phases } from '../emulate/types.ts';

/** What `packFunction` is asked for. */
export interface PackOptions {
  /** One of `PLATFORM_IDS`, or a definition of one that does not come with Pictor. */
  readonly platform: string | Platform;
  /** Short id, or path of an `.onnx` file or a manifest (default: the one that `defaultModel` chooses). */
  readonly model?: string | undefined;
  /** Processor of the target (default `x64`). */
  readonly arch?: Arch | undefined;
  /** Major version of Node.js (default 20). */
  readonly node?: number | undefined;
  /** Inference library (default `native`). */
  readonly backend?: BackendName | undefined;
  /** `event`: a handler; `web`: an HTTP server started by the platform, on Tencent and Huawei (default `event`). */
  readonly kind?: FunctionKind | undefined;
  /** Path of the archive (default `pictor-<platform>-<model>.zip` in the working folder). */
  readonly out?: string | undefined;
  /** Puts the model into an archive of its own, for a layer (default false). */
  readonly modelLayer?: boolean | undefined;
  /** Leaves the model out; the function fetches it from here when it starts. */
  readonly modelUrl?: string | undefined;
  /** The archive is uploaded through the platform's object storage, whose larger limit holds (default false). */
  readonly viaStorage?: boolean | undefined;
  /** Whether the archive is started and asked before it counts as good (default true). */
  readonly boot?: boolean | undefined;
  /** Where the model is looked up (default: the user's store). */
  readonly store?: Pick<ModelStore, 'list' | 'pull' | 'resolve'> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each step, in words. */
  readonly onStep?: ((step: string) => void) | undefined;
  /** Hears what the archive consists of, before it is compared with the limits. */
  readonly onSizes?: ((sizes: PackSizes) => void) | undefined;
}

/** What an archive is made for. */
export interface PackTarget {
  readonly platform: Platform;
  readonly runtime: PlatformRuntime;
  readonly arch: Arch;
  readonly backend: BackendName;
  readonly kind: FunctionKind;
  /** Bytes of the zip that the platform takes on this way; absent: no limit published. */
  readonly maxZipBytes?: number;
}

/** One row of the size table. */
export interface PartSize {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  /** Bytes in the zip. */
  readonly packed: number;
}

/** Whether the archive was seen to work. */
export type PackProof =
  | { readonly kind: 'booted'; readonly answer: unknown; readonly phases?: Phases }
  /** The target cannot run on this machine: its files were read instead. */
  | { readonly kind: 'files-checked'; readonly reason: string; readonly libraries: number }
  | { readonly kind: 'skipped'; readonly reason: string };

/** How large an archive is, and what it is made for. */
export interface PackSizes {
  readonly bytes: number;
  readonly unpackedBytes: number;
  readonly files: number;
  readonly parts: readonly PartSize[];
  readonly target: PackTarget;
}

/** What was packed. */
export interface PackReport extends PackSizes {
  /** Absolute path of the archive. */
  readonly file: string;
  readonly sha256: string;
  readonly manifest: Manifest;
  /** The archive of the model's layer, when there is one. */
  readonly layer?: { readonly file: string; readonly bytes: number; readonly sha256: string };
  readonly proof: PackProof;
}
