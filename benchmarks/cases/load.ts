import { requestBody } from '../../src/load-test/request-body.ts';
import { isOk } from '../../src/load-test/summary.ts';
import type { Sample } from '../../src/load-test/types.ts';
import { rawLoad } from './raw-client.ts';

/** What came of a closed-loop run. */
export interface ClosedLoopResult {
  readonly throughput: number;
  /** Milliseconds. */
  readonly latencies: readonly number[];
  /** Processor time of this process, which makes the load, milliseconds an answer. */
  readonly clientCpuMs: number;
}

/**
 * Callers that each send their next picture after their last answer; good answers are counted.
 *
 * @param mayRefuse whether the server may turn requests away: it has a deadline, and the machine may be slow
 * @throws when any other answer was not good
 */
export async function closedLoop(
  url: URL,
  jpegs: readonly Uint8Array[],
  concurrency: number,
  durationMs: number,
  mayRefuse = false,
): Promise<ClosedLoopResult> {
  const { samples, elapsedMs, cpuMs } = await rawLoad({
    url: new URL('/v1/classify', url),
    bodies: jpegs.map((jpeg) => requestBody(jpeg, 'jpeg', 'raw')),
    pace: { kind: 'closed', concurrency },
    extent: { durationMs },
  });
  const good = samples.filter(isOk);
  const bad = samples.find((sample) => !isOk(sample) && !(mayRefuse && isRefused(sample)));
  if (bad) throw new Error(`${url.href}: ${JSON.stringify(bad.outcome)}`);
  return {
    throughput: (good.length * 1000) / elapsedMs,
    latencies: good.map(({ latencyMs }) => latencyMs),
    clientCpuMs: cpuMs / good.length,
  };
}

/** Turned away for want of room or time. */
export function isRefused({ outcome }: Sample): boolean {
  return outcome.kind === 'answer' && [429, 503, 504].includes(outcome.status);
}
