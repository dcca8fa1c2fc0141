/**
 * What `pictor bench` does.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PictorError } from '../../errors.ts';
import { sniffFormat } from '../../image/formats/sniff.ts';
import { readSource } from '../../image/sources/read-source.ts';
import { type ReportInput, reportHtml, reportSvg } from '../../load-test/report.ts';
import { requestBody } from '../../load-test/request-body.ts';
import { runLoadTest } from '../../load-test/run.ts';
import { isOk, type LoadTestSummary, latencySummary, summarize } from '../../load-test/summary.ts';
import type { BodyKind, Extent, Pace, RequestBody, Sample } from '../../load-test/types.ts';
import { EXIT } from '../exit.ts';
import { expandInputs } from '../pictures/inputs.ts';
import { renderColdStarts, renderRun, renderSweep } from '../render/bench.ts';

/** Flags of `pictor bench`. */
export interface BenchFlags {
  readonly image: readonly string[];
  readonly requests?: number;
  readonly concurrency: readonly string[];
  readonly duration?: number;
  readonly rate?: number;
  readonly body: BodyKind;
  readonly header: readonly string[];
  readonly timeout: number;
  readonly cold?: number;
  readonly idle: number;
  readonly costs?: boolean;
  readonly json?: boolean;
  readonly report?: string;
}

/** Sends the pictures and prints what it took. */
export async function runBench(address: string, flags: BenchFlags): Promise<void> {
  const url = parseUrl(address);
  requireReportName(flags.report);
  const bodies = await readBodies(flags);
  const headers = parseHeaders(flags.header);
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  const once = async (pace: Pace, extent: Extent) => {
    const result = await runLoadTest({
      url,
      bodies,
      pace,
      extent,
      headers,
      timeoutMs: flags.timeout,
      signal: controller.signal,
      ...(flags.costs && { onSample: printCost }),
    });
    return { samples: result.samples, summary: summarize(result) };
  };
  const runs: ReportInput[] = [];
  let coldSamples: Sample[] = [];
  try {
    if (flags.cold !== undefined) {
      coldSamples = await coldStarts(flags.cold, flags.idle, controller.signal, async () => {
        const { samples } = await once({ kind: 'closed', concurrency: 1 }, { requests: 1 });
        return samples;
      });
    }
    for (const { title, pace } of paces(flags)) {
      if (controller.signal.aborted) break;
      const extent: Extent = {
        ...(flags.requests !== undefined && { requests: flags.requests }),
        ...(flags.duration !== undefined && { durationMs: flags.duration }),
      };
      runs.push({ title: `${url.href} · ${title}`, ...(await once(pace, extent)) });
    }
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
  print(runs, coldSamples, flags);
  if (flags.report !== undefined) await writeReport(flags.report, runs);
  process.exitCode = exitCode(
    runs.map((run) => run.summary),
    controller.signal.aborted,
  );
}

function print(runs: readonly ReportInput[], cold: readonly Sample[], flags: BenchFlags): void {
  const coldLatency = latencySummary(cold.filter(isOk).map((sample) => sample.latencyMs));
  if (flags.json) {
    const document = {
      runs: runs.map(({ title, summary, samples }) => ({ title, ...summary, samples })),
      ...(cold.length > 0 && { cold: { requests: cold.length, latency: coldLatency, samples: cold } }),
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  for (const run of runs) process.stdout.write(`${renderRun(run)}\n`);
  if (runs.length > 1) process.stdout.write(`${renderSweep(runs)}\n`);
  if (cold.length > 0) {
    process.stdout.write(`${renderColdStarts(cold.length, coldLatency, runs[0]?.summary.latency)}\n`);
  }
}

/** One call after each idle time, when the platform has taken the instance away. */
async function coldStarts(
  count: number,
  idleMs: number,
  signal: AbortSignal,
  call: () => Promise<readonly Sample[]>,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let i = 0; i < count && !signal.aborted; i++) {
    process.stderr.write(`cold start ${i + 1} of ${count}: waiting ${idleMs / 1000} s\n`);
    await sleep(idleMs, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) samples.push(...(await call()));
  }
  return samples;
}

function paces(flags: BenchFlags): { title: string; pace: Pace }[] {
  if (flags.rate !== undefined) {
    const pace: Pace = { kind: 'open', rate: flags.rate, maxInFlight: 1024 };
    return [{ title: `${flags.rate} a second, open loop`, pace }];
  }
  const levels = flags.concurrency.length > 0 ? flags.concurrency : ['1'];
  return levels.map((level) => {
    const concurrency = Number(level);
    if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1024) {
      throw new PictorError('OPTION_INVALID', {
        expected: '--concurrency to be whole numbers from 1 to 1024, e.g. 1,2,4',
        received: level,
      });
    }
    return { title: `concurrency ${concurrency}`, pace: { kind: 'closed', concurrency } };
  });
}

async function readBodies(flags: BenchFlags): Promise<RequestBody[]> {
  const inputs = await expandInputs(flags.image);
  return Promise.all(
    inputs.map(async (input) => {
      const bytes = await readSource(input.open());
      const format = sniffFormat(bytes);
      if (format) return requestBody(bytes, format, flags.body);
      throw new PictorError('IMAGE_FORMAT_UNSUPPORTED', { received: input.name });
    }),
  );
}

function parseUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new PictorError('OPTION_INVALID', {
    expected: 'an http or https URL, e.g. http://localhost:8080/image',
    received: address,
  });
}

/** Said before the measurement, not after it. */
function requireReportName(file: string | undefined): void {
  if (file === undefined || /\.(html?|svg)$/i.test(file)) return;
  throw new PictorError('OPTION_INVALID', {
    expected: '--report to be a file that ends in .html or .svg',
    received: file,
  });
}

function parseHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) {
        throw new PictorError('OPTION_INVALID', { expected: 'a header as "Name: value"', received: line });
      }
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}

function printCost(sample: Sample): void {
  process.stderr.write(`cost:  ${(sample.latencyMs / 1000).toFixed(6)}\n`);
}

async function writeReport(file: string, runs: readonly ReportInput[]): Promise<void> {
  const [first] = runs;
  const text = /\.svg$/i.test(file) && first ? reportSvg(first) : reportHtml(runs);
  try {
    await writeFile(file, text);
  } catch (thrown) {
    throw new PictorError('FILE_WRITE_FAILED', {
      received: file,
      fix: 'Check folder and rights',
      cause: thrown,
    });
  }
  process.stderr.write(`Report: ${file}\n`);
}

function exitCode(summaries: readonly LoadTestSummary[], interrupted: boolean): number {
  if (interrupted) return EXIT.interrupted;
  return summaries.every((summary) => summary.ok === summary.requests) ? EXIT.ok : EXIT.failed;
}
