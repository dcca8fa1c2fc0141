import type { BackendName } from '../../engine/types.ts';
import type { Arch, Platform, PlatformRuntime } from '../../platforms/registry.ts';
import type { FunctionKind } from '../pack/types.ts';

/** A file that a platform's tool reads. */
export interface DeploymentFile {
  /** Name in the deployment folder. */
  readonly path: string;
  readonly text: string;
}

/** Whose tool does the work. */
export const TOOL_IDS = [
  'scf',
  'serverless',
  'sam',
  's',
  'gcloud',
  'az',
  'knative',
  'cloud-run',
  'kubernetes',
] as const;
export type ToolId = (typeof TOOL_IDS)[number];

/** A deployment with everything decided. */
export interface DeploySettings {
  readonly platform: Platform;
  readonly runtime: PlatformRuntime;
  readonly tool: ToolId;
  readonly name: string;
  readonly region: string;
  /** Short id or path. */
  readonly model: string;
  /** Where the function fetches its model; absent: it is in the archive. */
  readonly modelUrl?: string;
  /** MiB */
  readonly memory: number;
  /** Virtual processors, where the platform lets one choose. */
  readonly cpu: number;
  /** Seconds for one call. */
  readonly timeout: number;
  readonly node: number;
  readonly arch: Arch;
  readonly backend: BackendName;
  readonly kind: FunctionKind;
  /** How requests come in, e.g. `url` or `apigw`. */
  readonly trigger: string;
  /** Container image with registry and tag. */
  readonly image?: string;
  readonly resourceGroup?: string;
  readonly minInstances: number;
  readonly maxInstances: number;
  /** Requests at the same time in one container. */
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Names of variables whose values stay out of the files. */
  readonly secrets: readonly string[];
}

/** Names in a deployment folder. */
export const ARCHIVE = 'function.zip';
export const FOLDER = 'function';
