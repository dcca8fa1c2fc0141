import { PictorError } from '../../errors.ts';
import type { Gateway } from '../../platforms/shared/gateway.ts';
import type { Platform } from '../../platforms/shared/platform.ts';
import type { InstanceOptions } from './types.ts';

/**
 * The gateway between HTTP and an event function; nothing for a function that is asked over HTTP.
 *
 * @throws OPTION_INVALID for a trigger that the platform does not have
 */
export function gatewayOf({
  platform,
  kind,
  trigger,
}: Pick<InstanceOptions, 'kind' | 'trigger'> & { readonly platform: Platform }): Gateway | undefined {
  if (kind === 'web' || platform.calls.kind !== 'event') return undefined;
  const { gateways } = platform.calls;
  const gateway = gateways[trigger ?? Object.keys(gateways)[0] ?? ''];
  if (gateway !== undefined) return gateway;
  throw new PictorError('OPTION_INVALID', {
    expected: `a trigger of ${platform.id}: ${Object.keys(gateways).join(', ')}`,
    received: trigger ?? 'none',
  });
}
