/**
 * What can go wrong, as one kind of error: what the server said, or what happened before it could say anything.
 *
 * @module
 */

/** Failures that the page itself notices, beside the codes of the server. */
export type PageCode =
  | 'offline'
  | 'not-a-picture'
  | 'heic'
  | 'too-many'
  | 'nothing-dropped'
  | 'no-preview'
  | 'unexpected-answer'
  | 'camera-insecure'
  | 'camera-denied'
  | 'camera-missing'
  | 'camera-busy';

export class Failure extends Error {
  /** A code of the server's error table, or of the page. */
  readonly code: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(
    code: string,
    message = '',
    { status = 0, requestId }: { status?: number; requestId?: string | undefined } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }
}

export function failureOf(thrown: unknown): Failure {
  return thrown instanceof Failure
    ? thrown
    : new Failure('INTERNAL', thrown instanceof Error ? thrown.message : '');
}
