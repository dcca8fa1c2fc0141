import type { Command } from '../../platforms/shared/tool.ts';

/** A command as one would type it; names of secrets instead of their values. */
export function commandLine({ program, args }: Command): string {
  return [program.names[0], ...args]
    .map((word) => (/[^\w@%+=:,./{}$-]/.test(word) ? `'${word}'` : word))
    .join(' ');
}
