import { startInstance } from './instance.ts';
import type { Instance, InstanceOptions } from './types.ts';

/** Requests that a container takes at a time; event functions take one. */
const CONTAINER_CONCURRENCY = 80;

export interface FleetOptions {
  readonly maxInstances: number;
  readonly idleMs: number;
  /** Path of the runner file. */
  readonly runner: string;
}

/** An instance for one call. */
export interface Lease {
  readonly instance: Instance;
  /** Whether it was started for this call. */
  readonly cold: boolean;
  readonly release: () => void;
}

/** The instances of one function: started when a call finds none free, ended when they have been idle. */
export interface Fleet {
  /** Nothing when every instance is busy and no more may be started. */
  lease(): Lease | undefined;
  readonly size: number;
  close(): Promise<void>;
}

interface Member {
  readonly instance: Instance;
  calls: number;
  timer: NodeJS.Timeout | undefined;
}

/** Makes an empty fleet. */
export function createFleet(options: InstanceOptions, fleet: FleetOptions): Fleet {
  const members = new Set<Member>();
  const single = options.platform.calls.kind === 'event' && options.kind !== 'web';
  const concurrency = single ? 1 : CONTAINER_CONCURRENCY;

  function forgetTheDead(): void {
    for (const member of members) {
      if (!member.instance.alive) members.delete(member);
    }
  }

  function release(member: Member): void {
    member.calls -= 1;
    if (!member.instance.alive) members.delete(member);
    if (member.calls > 0) return;
    member.timer = setTimeout(() => {
      members.delete(member);
      void member.instance.close();
    }, fleet.idleMs);
  }

  return {
    lease() {
      forgetTheDead();
      let member = [...members].find(({ calls }) => calls < concurrency);
      const cold = member === undefined;
      if (member === undefined) {
        if (members.size >= fleet.maxInstances) return undefined;
        member = { instance: startInstance(options, fleet.runner), calls: 0, timer: undefined };
        members.add(member);
      }
      const leased = member;
      clearTimeout(leased.timer);
      leased.calls += 1;
      return { instance: leased.instance, cold, release: () => release(leased) };
    },
    get size() {
      forgetTheDead();
      return members.size;
    },
    async close() {
      for (const { timer } of members) clearTimeout(timer);
      await Promise.all([...members].map(({ instance }) => instance.close()));
      members.clear();
    },
  };
}
