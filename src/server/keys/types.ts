/**
 * API keys: who may do what, how fast.
 *
 * @module
 */

/**
 * `infer`: recognition, video and the list of models. `train`: training. `metrics`: `/metrics`. `admin`: `/v1/admin/*` and
 * everybody's jobs.
 */
export type Scope = 'infer' | 'train' | 'metrics' | 'admin';

/** What is known of a key, without its secret. */
export interface Key {
  /** Public name: the key id of vendor signatures, the `client` of the engine's fairness, the name in logs. */
  readonly id: string;
  readonly scopes: readonly Scope[];
  /** Requests per second; unbounded when absent. */
  readonly ratePerSecond?: number | undefined;
  /** Requests that may come at once before the rate applies (default: the rate, at least 1). */
  readonly burst?: number | undefined;
  /** Requests in progress at the same time; unbounded when absent. */
  readonly concurrency?: number | undefined;
  /** Milliseconds since 1970 after which the key is worth nothing. */
  readonly notAfter?: number | undefined;
}

/**
 * Finds keys. Never throws; what a key may do is decided by `ProtocolContext.authorize`.
 *
 * @example
 * const key = keys.authenticate('s3cret');            // Bearer or X-Api-Key
 * const found = keys.findSecret('AKIDEXAMPLE');        // vendor signatures
 */
export interface KeyRing {
  /** The key that owns this secret, compared in constant time over all keys. Expired keys are not found. */
  authenticate(secret: string): Key | undefined;
  /**
   * The plain secret of a key id, for HMAC schemes. `undefined` when the id is not known, the key is expired, or only the
   * hash of the secret is stored (`reason` tells which, for the log; clients must not be told).
   */
  findSecret(id: string): FoundSecret | MissingSecret;
  /** The public key of a key id, for signatures that are made with a private key. Expired keys are not found. */
  findPublicKey(id: string): FoundPublicKey | undefined;
  /** Ids, scopes and limits; no secrets. */
  list(): readonly Key[];
}

export interface FoundSecret {
  readonly found: true;
  readonly key: Key;
  readonly secret: string;
}

export interface FoundPublicKey {
  readonly key: Key;
  /** RSA, PEM. */
  readonly publicKey: string;
}

export interface MissingSecret {
  readonly found: false;
  readonly reason: 'unknown' | 'expired' | 'hashed';
}
