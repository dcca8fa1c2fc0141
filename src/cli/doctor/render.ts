import { table } from '../render/columns.ts';
import { colorsFor, megabytes } from '../render/terminal.ts';
import type { DoctorReport } from './examine.ts';

/** The report as text that survives being pasted anywhere. */
export function renderDoctor(report: DoctorReport): string {
  const { system, backend, store, models } = report;
  const { memory } = system;
  const limit = memory.limit === undefined ? '' : `, limited to ${megabytes(memory.limit)}`;
  const libc = system.libc ? `, ${system.libc}` : '';
  return [
    section(`Pictor ${report.pictor}`, [
      ['Node', `${system.node} on ${system.platform}${libc}`],
      ['Processor', `${system.processor}, ${system.cores} cores, ${system.quota} usable`],
      ['', system.features.join(' ') || 'features unknown'],
      ['Memory', `${megabytes(memory.total)}, ${megabytes(memory.free)} free${limit}`],
      [
        'Pictures',
        Object.entries(report.packages)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      ],
    ]),
    section('Back end', [
      ...backend.packages.map(({ package: name, version, usable, problems }) => [
        // One back end is enough.
        `${version === undefined && backend.chosen ? '·' : mark(usable)} ${name}`,
        [...(version === undefined ? [] : [version]), ...problems].join('; '),
      ]),
      ...(backend.chosen ? [['In use', `${backend.chosen}, loaded in ${backend.loadMs} ms`]] : []),
      ...(backend.problem ? [[`${mark(false)} Problem`, backend.problem]] : []),
    ]),
    section('Models', [
      ['Store', store.folder],
      ['Embedded', store.embedded],
      ...models.flatMap(({ id, task, state, bytes, sha256, ok, problems }) => [
        [
          `${mark(ok)} ${id}`,
          sha256 ? `${task}, ${state}, ${megabytes(bytes)}, sha256 ${sha256.slice(0, 16)}…` : 'unusable',
        ],
        ...problems.map((problem) => ['', problem]),
      ]),
      ...(models.length === 0 ? [[`${mark(true)} none yet`, 'pictor models pull squeezenet']] : []),
    ]),
    section('Environment', Object.entries(report.environment)),
    verdict(report.healthy),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return `${colorsFor(process.stdout).bold(title)}\n${table(rows).replaceAll(/^/gm, '  ')}`;
}

function mark(good: boolean): string {
  const colors = colorsFor(process.stdout);
  return good ? colors.green('✓') : colors.red('✗');
}

function verdict(healthy: boolean): string {
  const colors = colorsFor(process.stdout);
  return healthy ? colors.green('All is well.') : colors.red('Something is wrong: see the lines marked ✗.');
}
