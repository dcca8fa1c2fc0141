/**
 * What a platform is: one definition per folder. Packing, emulating and handing over read it; none of them knows a
 * platform by name.
 *
 * @module
 */
import type { BackendName } from '../../engine/types.ts';
import type { Gateway } from './gateway.ts';
import type { Refuse } from './refusal.ts';
import type { Command, Credentials } from './tool.ts';

export type Arch = 'x64' | 'arm64';

/** `event`: a handler; `web`: an HTTP server that the platform starts. */
export type FunctionKind = 'event' | 'web';

/** A managed Node.js runtime. */
export interface PlatformRuntime {
  /** As the platform spells it. */
  readonly name: string;
  /** Major version. */
  readonly node: number;
  /** glibc of the operating system underneath, e.g. `2.28`; absent where the vendor does not say. */
  readonly glibc?: string;
}

/** How a platform calls a function. */
export type Calls =
  /** With an event, one at a time; `gateways` by trigger, the default first. */
  | { readonly kind: 'event'; readonly gateways: Readonly<Record<string, Gateway>> }
  /** Through a framework of its own that speaks HTTP. */
  | { readonly kind: 'http' }
  /** The function is an HTTP server itself. */
  | { readonly kind: 'server' };

/** The end of an archive's entry module. */
export interface PlatformEntry {
  /** TypeScript; `createHandler` of the platform's runtime and the application `app` are in scope. */
  readonly code: string;
  /** Further files of the archive: name → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Modules that the platform provides at run time. */
  readonly provided?: readonly string[];
  /** Packages that only this entry needs: name → exact version. */
  readonly packages?: Readonly<Record<string, string>>;
}

/** Functions that are HTTP servers started by the platform, on platforms that otherwise send events. */
export interface WebFunctions {
  /** Where the platform sends requests, unless the environment's `PORT` says otherwise. */
  readonly port: number;
  /** The script that starts `server.js`. */
  bootstrap(runtime: PlatformRuntime): { readonly name: string; readonly text: string };
}

/** A setting that has no default on this platform. */
export interface RequiredSetting {
  readonly setting: keyof DeploySettings;
  /** What is missing, a noun phrase. */
  readonly expected: string;
  /** A phrase. */
  readonly fix: string;
}

/**
 * A platform that a function can be packed for: its facts and limits as the vendor publishes them, the files and
 * programs that deploy to it, and how it calls a function.
 *
 * Its folder also holds `runtime/index.ts`, which ships in the archive and exports `createHandler` (see
 * `defineHandler`), and, unless functions are servers, `host.ts`, which exports the emulated `host` (see `Host`).
 *
 * @example
 * const platform = platformOf('lambda');
 * platform.limits.payloadBytes; // 6291456
 */
export interface Platform {
  /** Its name on the command line and the name of its folder. */
  readonly id: string;
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
  readonly storage?: {
    /** Bytes of a zip that is fetched from there; absent: no limit published. */
    readonly zipBytes?: number;
  };
  /** Folder that layers are unpacked into; absent: there are no layers. */
  readonly layerFolder?: string;
  /** What to do with an archive over `zipBytes`. */
  readonly whenTooLarge: string;
  readonly defaults: { readonly region: string; readonly node: number };
  /** MiB that the platform sells; absent: any. */
  readonly memory?: { readonly says: string; fits(mib: number): boolean };
  /** Virtual processors that belong to a memory (default 1). */
  readonly cpu?: (memoryMib: number) => number;
  readonly required?: readonly RequiredSetting[];
  /** Ways for requests to come in that can be deployed, the default first. */
  readonly triggers: readonly [string, ...string[]];
  /** Programs that deploy, by the name that `--tool` takes, the default first. */
  readonly tools: Readonly<Record<string, Tool>>;
  readonly calls: Calls;
  readonly entry: PlatformEntry;
  readonly web?: WebFunctions;
  /** What clients see in the function's place when it does not answer (default: plain HTTP statuses). */
  readonly refuse?: Refuse;
  /** Absolute path of the platform's folder, for a platform that does not come with Pictor. */
  readonly folder?: string;
}

/** A file that a platform's tool reads. */
export interface DeploymentFile {
  /** Name in the deployment folder. */
  readonly path: string;
  readonly text: string;
}

/** A deployment with everything decided. */
export interface DeploySettings {
  readonly platform: Platform;
  readonly runtime: PlatformRuntime;
  /** One of the platform's tools. */
  readonly tool: string;
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

/** A program that deploys, with the files that it reads. */
export interface Tool {
  readonly credentials: readonly Credentials[];
  /** What the tool takes: the archive, or a folder with its files. */
  readonly takes: 'archive' | 'folder';
  /** Whether it uploads through object storage, so that the limit of that way applies (default false). */
  readonly viaStorage?: boolean;
  /** Whether the values of secrets come from this machine's environment. */
  readonly secretsFromShell: boolean;
  /** Longest time for one call, seconds, where it is shorter than the platform's. */
  readonly timeoutSeconds?: number;
  /** The files that it reads. The same settings give the same text. */
  files(settings: DeploySettings): Promise<readonly DeploymentFile[]>;
  commands(settings: DeploySettings): readonly Command[];
}
