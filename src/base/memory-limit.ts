import { totalmem } from 'node:os';

/**
 * How many bytes this process and its children may use together: the control group's limit where there is one, otherwise
 * the machine's memory.
 *
 * @param constrained limit of the control group in bytes (default: of this process); 0, absent or more than the machine
 *   has means none
 * @param total memory of the machine in bytes
 */
export function memoryLimit(
  constrained: number | undefined = process.constrainedMemory(),
  total: number = totalmem(),
): number {
  if (constrained === undefined || !(constrained > 0)) return total;
  return Math.min(constrained, total);
}
