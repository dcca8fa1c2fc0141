import { readFileSync } from 'node:fs';

/**
 * How many files and connections this process may have open, where the system says so.
 *
 * @param limits text of `/proc/self/limits` (default: of this process; absent except on Linux)
 * @example
 * descriptorLimit('Max open files            1024                 524288               files'); // 1024
 */
export function descriptorLimit(limits: string | undefined = ownLimits()): number | undefined {
  const soft = /^Max open files\s+(\d+)/m.exec(limits ?? '')?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/**
 * Whether the addresses of this process are bounded (`ulimit -v`), as those of some batch systems and shells are.
 *
 * @param limits text of `/proc/self/limits` (default: of this process)
 */
export function hasAddressLimit(limits: string | undefined = ownLimits()): boolean {
  return /^Max address space\s+\d+/m.test(limits ?? '');
}

function ownLimits(): string | undefined {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return undefined;
  }
}
