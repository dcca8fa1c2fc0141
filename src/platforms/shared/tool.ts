/** A platform's command-line program. */
export interface Program {
  /** Names that it goes by; the first one found is used. */
  readonly names: readonly [string, ...string[]];
  readonly title: string;
  /** How to get it, a phrase. */
  readonly install: string;
}

/** One place that a program looks for credentials in. */
export type CredentialPlace =
  /** All of these are set. */
  | { readonly kind: 'variables'; readonly names: readonly [string, ...string[]] }
  /** One whose name ends like this is set. */
  | { readonly kind: 'suffix'; readonly suffix: string }
  /** A file below the home folder, or below the folder that a variable names. */
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly folder?: { readonly variable: string; readonly path: string };
    }
  /** A file in the deployment folder. */
  | { readonly kind: 'beside'; readonly path: string };

export interface Credentials {
  readonly title: string;
  /** Any of them will do. */
  readonly places: readonly CredentialPlace[];
  /** A phrase. */
  readonly fix: string;
}

/** A command of a platform's program. `${NAME}` stands for a secret, which is filled in when it runs. */
export interface Command {
  readonly program: Program;
  readonly args: readonly string[];
}
