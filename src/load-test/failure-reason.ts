import type { FailureReason } from './types.ts';

const BY_CODE: Readonly<Record<string, FailureReason>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
};

/** Sorts what a client threw into the kinds that a person acts on. */
export function failureReason(thrown: unknown): FailureReason {
  for (let error: unknown = thrown; error instanceof Error; error = error.cause) {
    const code = 'code' in error && typeof error.code === 'string' ? BY_CODE[error.code] : undefined;
    if (code) return code;
    if (error.name === 'TimeoutError') return 'timeout';
    if (error instanceof AggregateError) return failureReason(error.errors[0]);
  }
  return 'other';
}
