import { startEventInstance } from './event-instance.ts';
import { gatewayOf } from './gateway-of.ts';
import { startHttpInstance } from './http-instance.ts';
import type { Instance, InstanceOptions } from './types.ts';

/**
 * Starts a fresh process of an unpacked function, as its platform does at a cold start.
 *
 * @param options platform, folder, bounds
 * @param runner path of the file that `writeRunnerFile` wrote
 * @throws OPTION_INVALID for a trigger that the platform does not have
 */
export function startInstance(options: InstanceOptions, runner: string): Instance {
  const gateway = gatewayOf(options);
  return gateway === undefined
    ? startHttpInstance(options, runner)
    : startEventInstance(options, gateway, runner);
}
