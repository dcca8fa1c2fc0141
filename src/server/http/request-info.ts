import type { Readable } from 'node:stream';

/** What the caller knows of a request besides the request itself. */
export interface RequestInfo {
  /** Whose work it is where no key says so: the address of the peer, for fairness between clients. */
  readonly client?: string | undefined;
  /**
   * The request's body as Node.js has it, unread: cheaper than the `Request`'s own, which must be the same. Its chunks are
   * taken: whoever else listens finds them empty.
   */
  readonly incoming?: Readable | undefined;
}
