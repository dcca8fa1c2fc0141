import { PictorError } from '../../errors.ts';
import { gatewayOf, isEventPlatform, startEventInstance } from './event-instance.ts';
import { startHttpInstance } from './http-instance.ts';
import type { Instance, InstanceOptions } from './types.ts';

/**
 * Starts a fresh process of an unpacked function, as its platform does at a cold start.
 *
 * @param options platform, folder, bounds
 * @param runner path of the file that `writeRunnerFile` wrote
 * @throws OPTION_INVALID for a trigger that the platform has not
 */
export function startInstance(options: InstanceOptions, runner: string): Instance {
  const { platform, trigger, kind } = options;
  if (kind === 'web' || !isEventPlatform(platform)) return startHttpInstance(options, runner);
  const gateway = gatewayOf(platform, trigger);
  if (gateway === undefined) {
    throw new PictorError('OPTION_INVALID', {
      expected: `a trigger of ${platform}`,
      received: trigger ?? 'none',
    });
  }
  return startEventInstance(options, gateway, runner);
}
