/**
 * Processor time and memory of a process with all its descendants, from Linux's /proc.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second; 100 on every Linux that Node.js runs on. */
const TICKS = 100;

export interface TreeUsage {
  /** Processor time since the start, milliseconds. */
  readonly cpuMs: number;
  /** Proportional set size: shared pages are counted once, MB. */
  readonly memoryMb: number;
}

/** @param root process id */
export function treeUsage(root: number): TreeUsage {
  let cpuMs = 0;
  let memoryMb = 0;
  for (const pid of descendants(root)) {
    cpuMs += cpuOf(pid);
    memoryMb += memoryOf(pid);
  }
  return { cpuMs, memoryMb };
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(fields(Number(name))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

function cpuOf(pid: number): number {
  const stat = fields(pid);
  return stat === undefined ? 0 : ((Number(stat[11]) + Number(stat[12])) * 1000) / TICKS;
}

function memoryOf(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The fields after the command's name, which may hold blanks; nothing when the process is gone. */
function fields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
