import type { PackProof, PackReport, PackSizes } from '../../deploy/pack/types.ts';
import { table } from './columns.ts';
import { colorsFor, megabytes, percent } from './terminal.ts';

/** The report of `pictor pack` for people. */
export function renderPack(report: PackReport): string {
  const colors = colorsFor(process.stdout);
  const { target, proof } = report;
  const layer = report.layer
    ? `${colors.green('✓')} ${report.layer.file}  ${megabytes(report.layer.bytes)}, the model's layer\n  sha256 ${report.layer.sha256}\n`
    : '';
  return `
${renderSizes(report)}

${proved(proof, colors)}
${colors.green('✓')} ${report.file}
  ${target.platform.title}, ${target.runtime.name}, ${target.arch}, ${target.backend}; handler ${handlerOf(report)}
  sha256 ${report.sha256}
${layer}`;
}

/** What an archive consists of, next to the limits of its platform. */
export function renderSizes({ target, parts, ...all }: PackSizes): string {
  return table(
    [
      ['part', 'files', 'unpacked', 'zipped'],
      ...parts.map(({ name, files, bytes, packed }) => [
        name,
        String(files),
        megabytes(bytes),
        megabytes(packed),
      ]),
      ['together', String(all.files), megabytes(all.unpackedBytes), megabytes(all.bytes)],
      ['limit', '', limit(target.platform.limits.unzippedBytes), limit(target.maxZipBytes)],
    ],
    [1, 2, 3],
  );
}

function handlerOf({ target }: PackReport): string {
  return target.kind === 'web' ? 'server.js (web)' : target.platform.handler;
}

function limit(bytes: number | undefined): string {
  return bytes === undefined ? 'none' : megabytes(bytes);
}

function proved(proof: PackProof, colors: ReturnType<typeof colorsFor>): string {
  switch (proof.kind) {
    case 'booted': {
      const { phases } = proof;
      const times = phases
        ? `  first answer after ${phases.answer.toFixed(0)} ms, ${megabytes(phases.rss)} of memory`
        : '';
      return `${colors.green('✓')} started in an empty folder and answered: ${best(proof.answer)}\n${times}`.trimEnd();
    }
    case 'files-checked':
      return `${colors.yellow('!')} not started here (${proof.reason}); the headers of ${proof.libraries} libraries fit the target`;
    default:
      return `${colors.yellow('!')} not started (${proof.reason})`;
  }
}

/** The first thing that an answer names, whatever the task. */
function best(answer: unknown): string {
  const lists = typeof answer === 'object' && answer !== null ? Object.values(answer) : [];
  const [first] = lists.find((value): value is unknown[] => Array.isArray(value) && value.length > 0) ?? [];
  if (typeof first !== 'object' || first === null || !('label' in first)) return 'as it should';
  const score = 'score' in first && typeof first.score === 'number' ? ` ${percent(first.score).trim()}` : '';
  return `${String(first.label)}${score}`;
}
