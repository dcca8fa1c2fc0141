import type { PictorError } from '../../errors.ts';
import type { RequestContext } from '../request-context.ts';
import type { Runtime } from '../runtime.ts';

/** Operations that machines ask for every few seconds: worth a log line only when somebody looks for them. */
const QUIET: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Records one answered request: metrics and a log line. Never the picture, never a secret.
 *
 * @param protocol `native` or a protocol's name
 * @param failure why it was answered with an error
 */
export function recordRequest(
  runtime: Runtime,
  context: RequestContext,
  protocol: string,
  status: number,
  failure: PictorError | undefined,
): void {
  const ms = context.elapsed();
  const { operation, bodyBytes, requestId, key } = context;
  const code = failure?.code;
  runtime.metrics.request({ protocol, operation, status, code, seconds: ms / 1000, bodyBytes });
  const line = {
    requestId,
    protocol,
    operation,
    status,
    ms: Math.round(ms * 1000) / 1000,
    bytes: bodyBytes,
    ...(key === undefined ? {} : { key: key.id }),
    ...(failure === undefined ? {} : { code, error: failure.message }),
  };
  // A 503 of `/readyz` is an answer, not a failure: what keeps a model from being ready has lines of its own.
  if (QUIET.has(operation) && failure === undefined) runtime.logger.debug(line, 'request');
  else if (status >= 500 && failure?.retryable !== true) {
    runtime.logger.error(
      { ...line, ...(failure === undefined ? {} : { cause: causeOf(failure) }) },
      'request',
    );
  } else if (status >= 500) runtime.logger.warn(line, 'request');
  else runtime.logger.info(line, 'request');
}

function causeOf({ cause }: PictorError): string | undefined {
  if (cause === undefined) return undefined;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
