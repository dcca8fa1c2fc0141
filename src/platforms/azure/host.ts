/**
 * What Azure's host does around a function of programming model 4: it hands the library a core to register with, and
 * turns requests into the host's own messages and back.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import Module from 'node:module';
import type { AnswerHttp, Host } from '../shared/host.ts';

interface Binding {
  readonly type: string;
  readonly direction: string;
}
interface Metadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}
type Callback = (...args: readonly unknown[]) => unknown;

interface RpcResponse {
  readonly returnValue?: {
    readonly http?: {
      readonly statusCode?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: { readonly bytes?: Uint8Array; readonly string?: string };
    };
  };
}
interface InvocationModel {
  getArguments(): Promise<{ readonly context: unknown; readonly inputs: readonly unknown[] }>;
  invokeFunction(context: unknown, inputs: readonly unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<RpcResponse>;
}
interface ProgrammingModel {
  getInvocationModel(core: unknown): InvocationModel;
}

/** The library that a function brings asks for this module; only the host has it. */
const CORE = '@azure/functions-core';

export const host: Host = { kind: 'http', prepare };

/** Puts the host's core in place; the function registers with it when it is loaded. */
function prepare(): () => AnswerHttp {
  let model: ProgrammingModel | undefined;
  let registered: { readonly metadata: Metadata; readonly callback: Callback } | undefined;
  const core = {
    version: '4.0.0',
    log: () => {},
    setProgrammingModel: (own: ProgrammingModel) => {
      model = own;
    },
    getProgrammingModel: () => model,
    registerFunction: (metadata: Metadata, callback: Callback) => {
      registered = { metadata, callback };
    },
    registerHook: () => ({ dispose: () => {} }),
  };
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = (request, ...rest) => (request === CORE ? core : load.call(loader, request, ...rest));

  return () => async (request, body, response) => {
    if (model === undefined || registered === undefined) throw new Error('No function was registered');
    const { metadata, callback } = registered;
    const [trigger] = Object.entries(metadata.bindings).find(([, { direction }]) => direction === 'in') ?? [];
    const url = new URL(request.url ?? '/', 'http://localhost');
    const http = {
      method: request.method,
      url: url.href,
      headers: joined(request),
      query: Object.fromEntries(url.searchParams),
      params: { path: url.pathname.slice(1) },
      body: { bytes: body },
    };
    const invocation = model.getInvocationModel({
      invocationId: 'emulated',
      metadata,
      request: { inputData: [{ name: trigger, data: { http } }], triggerMetadata: {} },
      log: () => {},
    });
    const { context, inputs } = await invocation.getArguments();
    const result = await invocation.invokeFunction(context, inputs, callback);
    const answer = (await invocation.getResponse(context, result)).returnValue?.http;
    response.statusCode = Number(answer?.statusCode ?? 500);
    for (const [name, value] of Object.entries(answer?.headers ?? {})) response.setHeader(name, value);
    response.end(answer?.body?.bytes ?? answer?.body?.string ?? '');
  };
}

function joined({ headers }: IncomingMessage): Record<string, string> {
  const map: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return map;
}
