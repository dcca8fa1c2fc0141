/** A file to be written. */
export interface DeployFile {
  readonly path: string;
  readonly text: string;
}

/** How a run is given to machines. */
export interface DeploySettings {
  /** Where the run lies: `s3://bucket/prefix`, or a path that every machine mounts. */
  readonly place: string;
  /** Id of the plan. */
  readonly run: string;
  /** Image with its registry. */
  readonly image: string;
  /** Workers at most. */
  readonly machines: number;
  /** Cores for each. */
  readonly cpu: number;
  /** Mebibytes for each. */
  readonly memory: number;
  /** `redis://…` or `postgres://…`, without a password; undefined for shares by index. */
  readonly queue?: string;
  /** Another server that speaks S3. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Kubernetes: the Secret; Cloud Run: what names in the Secret Manager begin with. It holds `AWS_ACCESS_KEY_ID` and so on. */
  readonly secret?: string;
}

/** A way to run many machines. */
export interface DeployTarget {
  readonly title: string;
  readonly machines: { readonly min: number; readonly max: number };
  /** Whether the target needs a queue at Redis. */
  readonly needsRedis?: boolean;
  files(settings: DeploySettings): Promise<readonly DeployFile[]>;
  /** The commands that come next. */
  next(settings: DeploySettings, folder: string): readonly string[];
}
