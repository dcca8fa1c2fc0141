/**
 * What the shell is told.
 *
 * @module
 */
export const EXIT = {
  ok: 0,
  /** Something failed: a picture, a model, a server. */
  failed: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
