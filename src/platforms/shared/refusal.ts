/** Why a function does not answer. */
export type RefusalKind = 'too-large' | 'busy' | 'timed-out' | 'out-of-memory' | 'failed';

/** What a client sees in the function's place. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** A platform's own words and numbers, by what happened and the trigger in use. */
export type Refuse = (kind: RefusalKind, trigger: string | undefined) => Refusal;

const PLAIN: Readonly<Record<RefusalKind, Refusal>> = {
  'too-large': { status: 413, body: '{"message":"Request entity too large"}' },
  busy: { status: 429, body: '{"message":"Too many requests"}' },
  'timed-out': { status: 504, body: '{"message":"The function timed out"}' },
  'out-of-memory': { status: 502, body: '{"message":"The function ran out of memory"}' },
  failed: { status: 502, body: '{"message":"The function failed"}' },
};

/** For platforms that publish no answers of their own. */
export const refusePlainly: Refuse = (kind) => PLAIN[kind];
