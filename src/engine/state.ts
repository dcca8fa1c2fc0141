import type { PictorError } from '../errors.ts';

/** The inference library in use. */
export type BackendName = 'native' | 'wasm';
export type BackendChoice = BackendName | 'auto';

/** What a session is at. */
export type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'warming' }
  | { readonly kind: 'ready'; readonly backend: BackendName }
  | { readonly kind: 'failed'; readonly error: PictorError }
  | { readonly kind: 'closed' };
