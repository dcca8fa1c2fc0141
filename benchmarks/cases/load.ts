import { requestBody } from '../../src/deploy/load-test/request-body.ts';
import { runLoadTest } from '../../src/deploy/load-test/run.ts';
import { isOk } from '../../src/deploy/load-test/summary.ts';

/** What came of a closed-loop run; every request must have been answered well. */
export interface ClosedLoopResult {
  readonly throughput: number;
  /** Milliseconds. */
  readonly latencies: readonly number[];
}

/** Callers that each send their next picture after their last answer. @throws when any answer was not good */
export async function closedLoop(
  url: URL,
  jpegs: readonly Uint8Array[],
  concurrency: number,
  durationMs: number,
): Promise<ClosedLoopResult> {
  const { samples, elapsedMs } = await runLoadTest({
    url: new URL('/v1/classify', url),
    bodies: jpegs.map((jpeg) => requestBody(jpeg, 'jpeg', 'raw')),
    pace: { kind: 'closed', concurrency },
    extent: { durationMs },
  });
  const bad = samples.find((sample) => !isOk(sample));
  if (bad) throw new Error(`${url.href}: ${JSON.stringify(bad.outcome)}`);
  return {
    throughput: (samples.length * 1000) / elapsedMs,
    latencies: samples.map(({ latencyMs }) => latencyMs),
  };
}
