/**
 * What a client sees when a function does not answer: each platform's own words and numbers.
 *
 * @module
 */
import type { PlatformId } from '../../platforms/registry.ts';
import type { GatewayResponse } from './gateways/types.ts';

export type RefusalKind = 'too-large' | 'busy' | 'timed-out' | 'out-of-memory' | 'failed';

interface Refusal {
  readonly status: number;
  readonly body: string;
}

const GENERAL: Readonly<Record<RefusalKind, Refusal>> = {
  'too-large': { status: 413, body: '{"message":"Request entity too large"}' },
  busy: { status: 429, body: '{"message":"Too many requests"}' },
  'timed-out': { status: 504, body: '{"message":"The function timed out"}' },
  'out-of-memory': { status: 502, body: '{"message":"The function ran out of memory"}' },
  failed: { status: 502, body: '{"message":"The function failed"}' },
};

const SCF: Readonly<Record<RefusalKind, Refusal>> = {
  'too-large': { status: 413, body: '{"errorCode":-1,"errorMessage":"Request entity too large"}' },
  busy: { status: 432, body: '{"errorCode":432,"errorMessage":"Concurrency limit exceeded"}' },
  'timed-out': { status: 433, body: '{"errorCode":433,"errorMessage":"Invoking task timed out"}' },
  'out-of-memory': { status: 434, body: '{"errorCode":434,"errorMessage":"Memory limit exceeded"}' },
  failed: { status: 430, body: '{"errorCode":430,"errorMessage":"User code exception"}' },
};

const LAMBDA: Readonly<Record<RefusalKind, Refusal>> = {
  'too-large': { status: 413, body: '{"message":"Request Too Long"}' },
  busy: { status: 429, body: '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}' },
  'timed-out': { status: 502, body: 'Internal Server Error' },
  'out-of-memory': { status: 502, body: 'Internal Server Error' },
  failed: { status: 502, body: 'Internal Server Error' },
};

/**
 * The gateway's answer in the function's place.
 *
 * @param trigger Tencent's API gateway answers what failed behind it with status 200
 */
export function refusal(
  platform: PlatformId,
  trigger: string | undefined,
  kind: RefusalKind,
): GatewayResponse {
  const table = platform === 'scf' ? SCF : platform === 'lambda' ? LAMBDA : GENERAL;
  const { status, body } = table[kind];
  const hidden = platform === 'scf' && trigger === 'apigw' && kind !== 'too-large' && kind !== 'busy';
  return {
    status: hidden ? 200 : status,
    headers: [['content-type', body.startsWith('{') ? 'application/json' : 'text/plain']],
    body: Buffer.from(body),
  };
}
