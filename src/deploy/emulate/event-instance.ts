import { join } from 'node:path';
import type { Gateway, GatewayRequest } from '../../platforms/shared/gateway.ts';
import { startProcess } from './process.ts';
import type { RunnerCall, RunnerMessage, RunnerSetup } from './runner.ts';
import type { Instance, InstanceOptions, Outcome } from './types.ts';

/**
 * Starts an instance of an event function: a fresh process that holds the handler.
 *
 * @param gateway between HTTP and the handler
 * @param runner path of the runner file
 */
export function startEventInstance(options: InstanceOptions, gateway: Gateway, runner: string): Instance {
  const [file = 'index', handler = 'handler'] = options.platform.handler.split('.');
  const setup: RunnerSetup = {
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
                    reason: `not a valid result: ${JSON.stringify(said.result).slice(0, 200)}`,
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
