import type { Engine } from '../../engine/types.ts';
import type { CliInput } from './inputs.ts';

/** Flags of every command that looks at pictures. */
export interface PictureFlags {
  readonly model?: string;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly concurrency: number;
  readonly frames?: number;
}

/** What a command works on. */
export interface PictureWork<Flags extends PictureFlags> {
  readonly inputs: readonly CliInput[];
  readonly flags: Flags;
  /** For the model; its worker is starting. */
  readonly engine: Engine;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
