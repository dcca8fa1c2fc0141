/**
 * Whether a process that wrote down its number still runs, where that can be known at all.
 *
 * @module
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from '../store-failure.ts';

/** What tells one process from every other. */
export interface ProcessMark {
  /** This boot of this kernel, and the process namespace that the number counts in. */
  readonly space: string;
  /** When the process began, in ticks since that boot: numbers are given out again. */
  readonly began: string;
}

let own: ProcessMark | 'unknown' | undefined;

/** The mark of this process; undefined where the system does not tell (anything but Linux with its own `/proc`). */
export function ownMark(): ProcessMark | undefined {
  own ??= readOwnMark() ?? 'unknown';
  return own === 'unknown' ? undefined : own;
}

/**
 * Whether a process is known to be gone. A number from another machine, container or boot says nothing: false.
 *
 * @param pid its number
 * @param mark what it wrote down besides
 */
export function isKnownDead(pid: number, mark: Partial<ProcessMark>): boolean {
  if (mark.began === undefined || mark.space === undefined || mark.space !== ownMark()?.space) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return true;
  }
  const began = beganAt(pid);
  return began !== undefined && began !== mark.began;
}

function readOwnMark(): ProcessMark | undefined {
  try {
    // A /proc of another namespace would show strangers under the numbers of this one.
    if (readlinkSync('/proc/self') !== String(process.pid)) return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const began = beganAt(process.pid);
    return began === undefined ? undefined : { space: `${boot} ${readlinkSync('/proc/self/ns/pid')}`, began };
  } catch {
    return undefined;
  }
}

/** Field 22 of `/proc/<pid>/stat`, counted from the bracket that closes the name, which may hold anything. */
function beganAt(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
