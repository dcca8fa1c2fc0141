import { createServer, type RequestListener, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { histogram } from '../../src/load-test/histogram.ts';
import { reportHtml, reportSvg } from '../../src/load-test/report.ts';
import { requestBody } from '../../src/load-test/request-body.ts';
import { runLoadTest } from '../../src/load-test/run.ts';
import { latencySummary, percentile, summarize } from '../../src/load-test/summary.ts';
import type { BodyKind, LoadTestOptions } from '../../src/load-test/types.ts';

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return new URL(`http://127.0.0.1:${address.port}/image`);
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const bodies = [requestBody(picture, 'jpeg', 'json')];

function options(url: URL, more: Partial<LoadTestOptions> = {}): LoadTestOptions {
  return { url, bodies, pace: { kind: 'closed', concurrency: 1 }, extent: { requests: 4 }, ...more };
}

describe('a closed-loop run', () => {
  it('sends the number of requests asked for and never more at a time than the concurrency', async () => {
    let now = 0;
    let most = 0;
    const url = await serve((_, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now -= 1;
        response.end('{}');
      }, 5);
    });
    const result = await runLoadTest(
      options(url, { pace: { kind: 'closed', concurrency: 3 }, extent: { requests: 20 } }),
    );
    const summary = summarize(result);
    expect(summary).toMatchObject({ requests: 20, ok: 20, errors: {}, bytesReceived: 40 });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
    expect(new Set(result.samples.map((sample) => sample.index)).size).toBe(20);
  });

  it('ends after its duration', async () => {
    const url = await serve((_, response) => response.end('{}'));
    const result = await runLoadTest(options(url, { extent: { durationMs: 150 } }));
    expect(result.samples.length).toBeGreaterThan(0);
    expect(result.samples.every((sample) => sample.dueMs < 150)).toBe(true);
  });

  it('counts errors by kind', async () => {
    let n = 0;
    const url = await serve((request, response) => {
      n += 1;
      if (n === 1) response.writeHead(503).end();
      else if (n === 2) request.socket.destroy();
      else if (n === 3) response.end('{}');
    });
    const result = await runLoadTest(options(url, { timeoutMs: 300 }));
    expect(summarize(result)).toMatchObject({
      requests: 4,
      ok: 1,
      errors: { 'HTTP 503': 1, reset: 1, timeout: 1 },
    });
  });

  it('says that nobody listens', async () => {
    const url = await serve(() => {});
    const server = servers.pop();
    await new Promise((resolve) => server?.close(resolve));
    const result = await runLoadTest(options(url, { extent: { requests: 2 } }));
    expect(summarize(result).errors).toEqual({ refused: 2 });
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const url = await serve(async () => {
      await sleep(20);
      controller.abort();
    });
    const result = await runLoadTest(options(url, { extent: { requests: 1000 }, signal: controller.signal }));
    expect(result.samples).toEqual([]);
  });
});

describe('an open-loop run', () => {
  it('counts the time that a request waited for its turn', async () => {
    const url = await serve((_, response) => {
      setTimeout(() => response.end('{}'), 40);
    });
    const result = await runLoadTest(
      options(url, { pace: { kind: 'open', rate: 200, maxInFlight: 1 }, extent: { requests: 10 } }),
    );
    const summary = summarize(result);
    expect(summary.requests).toBe(10);
    expect(summary.errors['not-sent']).toBeGreaterThan(0);
    expect(result.samples.every((sample) => sample.dueMs === sample.index * 5)).toBe(true);
  });
});

describe('the body of a request', () => {
  it.each([
    ['json', 'application/json'],
    ['base64', 'text/plain'],
    ['raw', 'image/jpeg'],
    ['multipart', 'multipart/form-data'],
  ] satisfies [BodyKind, string][])('carries the picture as %s', async (kind, type) => {
    const { body, headers } = requestBody(picture, 'jpeg', kind);
    expect(headers['content-type']).toContain(type);
    const request = new Request('http://localhost/', { method: 'POST', body: Buffer.from(body), headers });
    const seen =
      kind === 'multipart'
        ? Buffer.from(await ((await request.formData()).get('picture') as Blob).arrayBuffer())
        : kind === 'json'
          ? Buffer.from(((await request.json()) as { picture: string }).picture, 'base64')
          : kind === 'base64'
            ? Buffer.from(await request.text(), 'base64')
            : Buffer.from(await request.arrayBuffer());
    expect(seen.equals(picture)).toBe(true);
  });
});

describe('figures', () => {
  it('takes percentiles by nearest rank', () => {
    const sorted = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([50, 90, 99, 100].map((p) => percentile(sorted, p))).toEqual([50, 90, 99, 100]);
    expect(latencySummary([3])).toEqual({ min: 3, mean: 3, p50: 3, p90: 3, p99: 3, max: 3 });
    expect(latencySummary([])).toBeUndefined();
  });

  it('orders them whatever the latencies are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1e5, noNaN: true }), { minLength: 1 }), (values) => {
        const figures = latencySummary(values);
        if (!figures) throw new Error('no figures');
        const { min, p50, p90, p99, max } = figures;
        expect([min, p50, p90, p99, max]).toEqual([min, p50, p90, p99, max].toSorted((a, b) => a - b));
        expect(histogram(values, 12).reduce((sum, bin) => sum + bin.count, 0)).toBe(values.length);
      }),
    );
  });

  it('draws a chart and a page', () => {
    const samples = [
      { index: 0, dueMs: 0, latencyMs: 12, outcome: { kind: 'answer', status: 200, bytes: 5 } },
      { index: 1, dueMs: 9, latencyMs: 30, outcome: { kind: 'failure', reason: 'timeout' } },
    ] as const;
    const summary = summarize({ samples, elapsedMs: 40, bytesSent: 10 });
    const svg = reportSvg({ title: 'a <b> & c', samples, summary });
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg).toContain('a &lt;b> &amp; c');
    expect(reportHtml([{ title: 'x', samples, summary }])).toContain('timeout');
  });
});
