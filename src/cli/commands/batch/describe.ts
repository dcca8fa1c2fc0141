import type { BatchStatus } from '../../../batch/status.ts';
import type { BatchPlan } from '../../../batch/types.ts';
import { colorsFor } from '../../render/terminal.ts';

/** A plan in two lines. */
export function describePlan(plan: BatchPlan, place: string): string {
  const { id, count, chunk, list, task, model } = plan;
  return `plan ${id}: ${counted(count, 'picture')} in ${counted(list.offsets.length, 'chunk')} of ${chunk}, ${task} with ${model.id}
Next: pictor batch work ${place}\n`;
}

/** How far a run is, in a few lines. */
export function describeStatus(status: BatchStatus): string {
  const { chunks, inputs, rate, secondsLeft, workers, plan } = status;
  const colors = colorsFor(process.stdout);
  const share = inputs.all === 0 ? 100 : Math.floor((inputs.done * 100) / inputs.all);
  const finished = chunks.done === chunks.all;
  const state = finished ? colors.green('finished') : `${share} %`;
  const lines = [
    `${state}  ${number(inputs.done)} of ${number(inputs.all)} pictures, ${number(chunks.done)} of ${number(chunks.all)} chunks`,
    ...(chunks.begun > 0 ? [`${counted(chunks.begun, 'chunk')} begun`] : []),
    ...(workers.length > 0
      ? [
          `${counted(workers.length, 'worker')} on ${counted(new Set(workers.map(({ host }) => host)).size, 'machine')}`,
        ]
      : []),
    ...(rate !== undefined ? [`${rate.toFixed(1)} pictures/s`] : []),
    ...(secondsLeft !== undefined && !finished ? [`${duration(secondsLeft)} left at this rate`] : []),
    colors.dim(`${plan.task} with ${plan.model.id}, plan ${plan.id}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Seconds in words. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number with its noun. */
function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** With a space between thousands. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}
