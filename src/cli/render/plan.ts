import type { PlannedStep } from '../../deploy/hand-over/plan-steps.ts';
import type { Requirement } from '../../deploy/hand-over/preflight.ts';
import type { PictorError } from '../../errors.ts';
import type { DeploySettings } from '../../platforms/shared/platform.ts';
import { colorsFor } from './terminal.ts';

/** What `pictor deploy --dry-run` shows: what is needed, what would be done. */
export function renderPlan(
  settings: DeploySettings,
  model: string,
  requirements: readonly Requirement[],
  steps: readonly PlannedStep[],
): string {
  const colors = colorsFor(process.stdout);
  const { platform, runtime, name, region, memory, timeout, arch, backend } = settings;
  const needs = requirements.map((need) =>
    need.ok
      ? `  ${colors.green('✓')} ${need.what}: ${need.found}`
      : `  ${colors.red('✗')} ${missingWords(need.error)}`,
  );
  const missing = requirements.filter(({ ok }) => !ok).length;
  return `${colors.bold(`${name} on ${platform.title}`)}
  ${model}, ${runtime.name}, ${arch}, ${backend}; ${region}, ${memory} MiB, ${timeout} s

Needed
${needs.join('\n')}

Steps
${steps.map((step, i) => `${i + 1}. ${words(step)}`).join('\n')}

Nothing was done.${missing > 0 ? ` ${missing} of ${requirements.length} things are missing.` : ''}
`;
}

/** What was looked for and what to do: in a plan nothing has failed yet. */
function missingWords({ details, message }: PictorError): string {
  const { expected, fix } = details;
  if (expected === undefined) return message;
  return `${expected.replace(/ to be installed$/, '')}: not found. ${fix ?? ''}`.trimEnd();
}

function words(step: PlannedStep): string {
  switch (step.kind) {
    case 'pack':
      return `pack ${step.file}, start it, ask it about a picture`;
    case 'unpack':
      return `unpack it into ${step.folder}`;
    case 'write':
      return `write ${step.file}\n${step.text.trimEnd().replaceAll(/^/gm, '   | ')}`;
    case 'run':
      return `run \`${step.command}\` in ${step.folder}`;
  }
}
