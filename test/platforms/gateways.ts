import { platformOf } from '../../src/platforms/registry.ts';
import type { Gateway } from '../../src/platforms/shared/gateway.ts';

/** The gateways of a platform whose functions get events, by trigger. */
export function gatewaysOf(id: string): Readonly<Record<string, Gateway>> {
  const { calls } = platformOf(id);
  if (calls.kind !== 'event') throw new Error(`${id} sends no events`);
  return calls.gateways;
}

export function gatewayFor(id: string, trigger: string): Gateway {
  const gateway = gatewaysOf(id)[trigger];
  if (gateway === undefined) throw new Error(`${id} has no trigger ${trigger}`);
  return gateway;
}
