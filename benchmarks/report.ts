/**
 * Measured figures → docs/benchmarks.md.
 *
 * @module
 */
import type { ColdStartResult } from './cases/cold-start.ts';
import type { HttpResult } from './cases/http.ts';
import type { InProcessResult } from './cases/in-process.ts';
import type { Int8Result } from './cases/int8.ts';
import type { HealthResult, OverloadResult } from './cases/overload.ts';
import type { PictureSizeResult } from './cases/picture-size.ts';
import type { Results } from './cases.ts';
import type { Machine } from './machine.ts';
import type { Spread } from './statistics.ts';

export interface Report {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly results: Results;
}

const NAMES: Readonly<Record<string, string>> = {
  pictor: 'Pictor',
  'pictor-one-worker': 'Pictor, one worker with one thread per core',
  transformers: 'transformers.js',
  'main-thread': 'sharp + onnxruntime-node, one thread for all',
  opencv: 'OpenCV DNN',
  tfjs: 'TensorFlow.js WASM',
};

/** @param report of a run */
export function renderReport({ machine, quick, results }: Report): string {
  const { cpu, cores, memoryGb, node, platform, date } = machine;
  const parts = [
    '# Benchmarks',
    `Written by \`npm run bench -- --save\`${quick ? ' in its short form' : ''} on ${date}: ${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}, Node ${node}. All contenders take turns in one run, so that the ratios hold where the machine's speed drifts; medians of the rounds are shown, in brackets the smallest and the largest. Raw samples: \`benchmarks/results/latest.json\`.`,
    'Every contender goes from the bytes of a JPEG to the five best classes, in a process of its own with as many threads as there are cores. Before anything is timed it has to be right on 65 % of the 200 labelled photographs. Memory counts all processes of a contender, shared pages once.',
    ...(results.squeezenet ? inProcessSection('SqueezeNet 1.1, in-process', results.squeezenet) : []),
    ...(results.resnet50
      ? inProcessSection('ResNet-50 (constant weights), in-process', results.resnet50)
      : []),
    ...(results.densenet121
      ? inProcessSection('DenseNet-121 (constant weights), in-process', results.densenet121)
      : []),
    ...(results.tensorflowJs
      ? inProcessSection('Content safety (MobileNetV2 of nsfwjs), in-process', results.tensorflowJs)
      : []),
    ...(results.http ? httpSection(results.http) : []),
    ...(results.overload ? overloadSection(results.overload) : []),
    ...(results.health ? healthSection(results.health) : []),
    ...(results.coldStart ? coldStartSection(results.coldStart) : []),
    ...(results.pictureSize ? pictureSizeSection(results.pictureSize) : []),
    ...(results.int8 ? int8Section(results.int8) : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function inProcessSection(title: string, result: InProcessResult): string[] {
  const rows = Object.entries(result.contenders).map(([key, c]) => {
    const against = result.against[key];
    return [
      NAMES[key] ?? key,
      show(c.throughput),
      against ? times(against.throughput) : '',
      show(c.latency),
      against ? times(against.latency) : '',
      show(c.cpuMs),
      c.memoryMb.toFixed(0),
      c.top1 === undefined ? '' : `${(100 * c.top1).toFixed(1)} %`,
    ];
  });
  const head = [
    'contender',
    'pictures/s, 8 callers',
    'Pictor is faster by',
    'ms, one caller',
    'Pictor is faster by',
    'CPU ms a picture',
    'memory, MB',
    'top-1',
  ];
  const versions = new Set(Object.values(result.contenders).map(({ version }) => version));
  const { ceiling, oneWorker } = result;
  const lines = [`## ${title}`, table(head, rows), `Versions: ${[...versions].join('; ')}.`];
  if (oneWorker) {
    const ratios = Object.entries(oneWorker).map(([key, ratio]) => `${times(ratio)} of ${NAMES[key] ?? key}`);
    lines.push(
      `Pictor has a worker for each core here, which answers the most pictures a second. With one worker that has a thread for each core it is faster for a single picture: ${ratios.join(', ')}.`,
    );
  }
  if (ceiling) {
    lines.push(
      `The ceiling, cores ÷ processor time of the cheapest bare decode (${show(ceiling.decodeMs)} ms) and one single-threaded inference (${show(ceiling.inferenceMs)} ms), is ${show(ceiling.throughput)} pictures a second. Pictor reaches ${show(ceiling.reached)} of it.`,
    );
  }
  for (const [key, why] of Object.entries(result.missing))
    lines.push(`${NAMES[key] ?? key} did not run: ${why}.`);
  return lines;
}

function httpSection(result: HttpResult): string[] {
  const rows = Object.entries(result.servers).flatMap(([key, cells]) =>
    Object.entries(cells).map(([concurrency, cell]) => [
      key === 'pictor' ? 'Pictor' : `Hono + ${NAMES[key] ?? key}`,
      concurrency,
      show(cell.throughput),
      show(cell.p50Ms),
      show(cell.p99Ms),
      show(cell.cpuMs),
    ]),
  );
  const pictor = result.servers.pictor?.['8'];
  const against = Object.entries(result.against).map(
    ([key, ratio]) => `${times(ratio)} of Hono with ${NAMES[key] ?? key}`,
  );
  const delays = Object.entries(result.eventLoopDelayP99Ms).map(
    ([key, ms]) => `${NAMES[key] ?? key} ${ms.toFixed(1)} ms`,
  );
  return [
    '## SqueezeNet 1.1 over HTTP',
    table(['server', 'callers', 'pictures/s', 'p50, ms', 'p99, ms', 'CPU ms a picture'], rows),
    `At 8 callers Pictor answers ${against.join(' and ')}. Event-loop delay of the serving thread at 32 callers, 99th percentile: ${delays.join(', ')}.`,
    ...(pictor === undefined
      ? []
      : [
          `What HTTP costs: at 8 callers Pictor reaches ${show(result.ofInProcess)} of its own in-process throughput, on cores of which the client that makes the load takes ${percent(pictor.clientShare)} (${show(pictor.clientCpuMs)} ms a picture). Without the client, by processor time, it reaches ${show(result.ofInProcessCpu)}: ${show(result.inProcessCpuMs)} ms a picture in-process, ${show(pictor.cpuMs)} ms in all processes of the server.`,
        ]),
  ];
}

function overloadSection(r: OverloadResult): string[] {
  return [
    '## Twice as much as can be answered',
    `Open loop at ${r.offered.toFixed(0)} requests a second, twice the sustainable ${r.sustainable.toFixed(0)}, with a deadline of ${r.deadlineMs} ms: goodput ${r.goodput.toFixed(0)} a second (${(100 * r.goodputShare).toFixed(0)} % of the sustainable rate), p99 of accepted requests ${r.acceptedP99Ms.toFixed(0)} ms, refusals after ${r.refusedP50Ms.toFixed(1)} ms (p99 ${r.refusedP99Ms.toFixed(0)} ms). Of ${r.requests} requests ${r.accepted} were answered, ${r.refused} refused and ${r.lost} lost. Memory ${r.memoryMb[0].toFixed(0)} → ${r.memoryMb[1].toFixed(0)} MB; event-loop delay p99 ${r.eventLoopDelayP99Ms.toFixed(1)} ms. The client that makes the load takes ${(100 * r.clientShare).toFixed(0)} % of the processors.`,
  ];
}

function healthSection(r: HealthResult): string[] {
  return [
    '## Health checks under full load',
    `\`/healthz\` while ${r.model} runs at full load with 16 callers: p50 ${r.p50Ms.toFixed(1)} ms, p99 ${r.p99Ms.toFixed(1)} ms over ${r.checks} checks; event-loop delay p99 ${r.eventLoopDelayP99Ms.toFixed(1)} ms.`,
  ];
}

function coldStartSection(r: ColdStartResult): string[] {
  const rows = Object.entries(r.contenders).map(([key, time]) => {
    const against = r.against[key];
    return [NAMES[key] ?? key, show(time), against ? times(against) : ''];
  });
  return [
    '## Cold start of a program',
    'From the start of the process to the first answer. The programs are TypeScript run through tsx, which all of them pay for alike.',
    table(['contender', 'ms', 'Pictor is faster by'], rows),
  ];
}

function pictureSizeSection(r: PictureSizeResult): string[] {
  const keys = Object.keys(r.rows[0]?.latencyMs ?? {});
  const rows = r.rows.map((row) => [
    String(row.megapixels),
    ...keys.map((key) => `${(row.latencyMs[key] ?? 0).toFixed(1)} (${(row.cpuMs[key] ?? 0).toFixed(0)})`),
  ]);
  return [
    '## By the size of the picture',
    'Milliseconds for one picture with one caller, in brackets milliseconds of processor time.',
    table(['megapixels', ...keys.map((key) => NAMES[key] ?? key)], rows),
  ];
}

function int8Section(r: Int8Result): string[] {
  const row = (name: string, side: Int8Result['int8'], gain: string) => [
    name,
    show(side.throughput),
    gain,
    `${(100 * side.top1).toFixed(1)} %`,
    (side.bytes / 1e6).toFixed(1),
  ];
  return [
    '## 8-bit weights and activations',
    'Calibrated with half of the photographs; accuracy on the other half.',
    table(
      ['SqueezeNet 1.1', 'pictures/s, 8 callers', 'against float32', 'top-1', 'MB'],
      [row('float32', r.float32, ''), row('int8', r.int8, times(r.gain))],
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function show({ median, min, max }: Spread): string {
  const digits = median >= 20 ? 0 : median >= 2 ? 1 : 2;
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function percent({ median, min, max }: Spread): string {
  return `${(100 * median).toFixed(1)} % (${(100 * min).toFixed(1)}–${(100 * max).toFixed(1)})`;
}

function times({ median, min, max }: Spread): string {
  return `${median.toFixed(2)}× (${min.toFixed(2)}–${max.toFixed(2)})`;
}
