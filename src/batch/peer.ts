import { PictorError } from '../errors.ts';

/**
 * Loads a package that only some users need.
 *
 * @param all what to install, as `npm install` takes it
 * @throws the given code when it is not there, with the command to type
 */
export async function peer<Module>(
  name: string,
  all: string,
  code: 'BATCH_QUEUE_FAILED' | 'CONFIG_INVALID',
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new PictorError(code, {
      expected: `the package ${name}`,
      received: cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
      fix: `Install it: npm install ${all}`,
      cause,
    });
  }
}
