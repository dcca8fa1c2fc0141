import { own } from '../../../base/own.ts';
import { packageVersion } from '../../../base/package-root.ts';
import { PictorError } from '../../../errors.ts';
import { jsonResponse } from '../../http/text-response.ts';
import type { ProtocolContext } from '../types.ts';
import { infer } from './infer.ts';
import { modelMetadata, VERSION } from './metadata.ts';

/** What stands in the path. */
interface PathParameters {
  readonly model: string;
}

/** One address of the protocol. */
export interface Endpoint {
  /** Name for log and metrics. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Whether it is answered without a key: what a prober asks. */
  readonly open: boolean;
  answer(parameters: PathParameters, context: ProtocolContext, headers: Headers): Promise<Response>;
}

const live: Endpoint = {
  name: 'health/live',
  method: 'GET',
  open: true,
  answer: async () => jsonResponse({ live: true }),
};

const ready: Endpoint = {
  name: 'health/ready',
  method: 'GET',
  open: true,
  async answer(_, { recognizers }) {
    return readiness(recognizers.ready);
  },
};

const server: Endpoint = {
  name: 'metadata',
  method: 'GET',
  open: false,
  answer: async () =>
    jsonResponse({
      name: 'pictor',
      version: packageVersion(),
      extensions: ['binary_tensor_data', 'classification'],
    }),
};

const metadata: Endpoint = {
  name: 'models/metadata',
  method: 'GET',
  open: false,
  answer: async ({ model }, { recognizers }) => jsonResponse(modelMetadata(await recognizers.session(model))),
};

const modelReady: Endpoint = {
  name: 'models/ready',
  method: 'GET',
  open: true,
  async answer({ model }, { recognizers }) {
    const found = recognizers.list().find(({ id, reference }) => id === model || reference === model);
    if (found === undefined) throw new PictorError('MODEL_UNKNOWN', { received: model.slice(0, 100) });
    return readiness(found.status.state === 'ready', found.id);
  },
};

const inference: Endpoint = {
  name: 'models/infer',
  method: 'POST',
  open: false,
  answer: infer,
};

/** By what follows the model and its version. */
const OF_MODEL: Readonly<Record<string, Endpoint>> = { '': metadata, ready: modelReady, infer: inference };

/**
 * Finds what a path asks for.
 *
 * @param path percent-encoded
 * @throws ROUTE_NOT_FOUND, MODEL_UNKNOWN for a version that there is not
 */
export function findEndpoint(path: string): {
  readonly endpoint: Endpoint;
  readonly parameters: PathParameters;
} {
  const trimmed = path.replace(/\/$/, '');
  if (trimmed === '/v2') return { endpoint: server, parameters: { model: '' } };
  if (trimmed === '/v2/health/live') return { endpoint: live, parameters: { model: '' } };
  if (trimmed === '/v2/health/ready') return { endpoint: ready, parameters: { model: '' } };
  const form = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/([^/]+))?$/;
  const [, name, version = VERSION, action = ''] = form.exec(trimmed) ?? [];
  const endpoint = own(OF_MODEL, action);
  if (name === undefined || endpoint === undefined) throw new PictorError('ROUTE_NOT_FOUND');
  const model = decodedName(name);
  if (version !== VERSION) {
    const received = `${model.slice(0, 100)}, version ${version.slice(0, 20)}`;
    throw new PictorError('MODEL_UNKNOWN', { expected: `version ${VERSION}`, received });
  }
  return { endpoint, parameters: { model } };
}

function decodedName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new PictorError('ROUTE_NOT_FOUND');
  }
}

/** 200 or 503: probers look at the status alone. */
function readiness(isReady: boolean, name?: string): Response {
  return jsonResponse({ ...(name && { name }), ready: isReady }, { status: isReady ? 200 : 503 });
}
