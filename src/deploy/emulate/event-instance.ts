import { join } from 'node:path';
import { platformOf } from '../../platforms/registry.ts';
import { type EventPlatform, TRIGGERS } from './gateways/index.ts';
import type { Gateway, GatewayRequest } from './gateways/types.ts';
import { startProcess } from './process.ts';
import type { RunnerCall, RunnerMessage, RunnerSetup } from './runner.ts';
import type { Instance, InstanceOptions, Outcome } from './types.ts';

/** Whether the platform's functions get events. */
export function isEventPlatform(id: string): id is EventPlatform {
  return id in TRIGGERS;
}

/** The gateway of a platform's trigger; nothing when there is no such trigger. */
export function gatewayOf(platform: EventPlatform, trigger: string | undefined): Gateway | undefined {
  const gateways: Readonly<Record<string, Gateway>> = TRIGGERS[platform];
  return gateways[trigger ?? Object.keys(gateways)[0] ?? ''];
}

/**
 * Starts an instance of an event function: a fresh process that holds the handler.
 *
 * @param gateway between HTTP and the handler
 * @param runner path of the runner file
 */
export function startEventInstance(options: InstanceOptions, gateway: Gateway, runner: string): Instance {
  const [file = 'index', handler = 'handler'] = platformOf(options.platform).handler.split('.');
  const setup: RunnerSetup = {
    platform: options.platform,
    file: join(options.folder, `${file}.js`),
    handler,
  };
  const running = startProcess([runner, JSON.stringify(setup)], options, {});
  const { child } = running;
  let alive = true;
  void running.gone.then(() => {
    alive = false;
  });
  const memoryMb = Math.round((options.memoryBytes ?? 1024 ** 3) / 1024 ** 2);

  async function call(request: GatewayRequest): Promise<Outcome> {
    const message: RunnerCall = {
      id: request.id,
      event: gateway.toEvent(request),
      timeoutMs: options.timeoutMs,
      memoryMb,
    };
    let timer: NodeJS.Timeout | undefined;
    let onMessage: (said: RunnerMessage) => void = () => {};
    try {
      return await Promise.race([
        new Promise<Outcome>((resolve) => {
          onMessage = (said) => {
            if (said.type === 'failed') resolve({ kind: 'failed', reason: said.reason });
            if (said.type !== 'answer') return;
            const response = gateway.toResponse(said.result);
            resolve(
              response === undefined
                ? {
                    kind: 'failed',
                    reason: `a result that is none: ${JSON.stringify(said.result).slice(0, 200)}`,
                  }
                : { kind: 'answered', response, phases: said.phases },
            );
          };
          child.on('message', onMessage);
          child.send(message, () => {});
        }),
        running.gone.then(
          (reason): Outcome =>
            running.outOfMemory ? { kind: 'out-of-memory' } : { kind: 'crashed', reason },
        ),
        new Promise<Outcome>((resolve) => {
          timer = setTimeout(() => resolve({ kind: 'timed-out' }), options.timeoutMs);
        }),
      ]);
    } finally {
      clearTimeout(timer);
      child.off('message', onMessage);
    }
  }

  return {
    pid: child.pid,
    async call(request) {
      const outcome = await call(request);
      // Platforms end the process with the call.
      if (outcome.kind === 'timed-out') await running.kill();
      return outcome;
    },
    get alive() {
      return alive;
    },
    close: () => running.kill(),
    [Symbol.asyncDispose]: () => running.kill(),
  };
}
