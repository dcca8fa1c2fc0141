/**
 * Versions of trained models: what there is, how they differ, which one answers.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { PictorError } from '../../../../errors.ts';
import type { ModelVersion, VersionStore } from '../../../../training/versions/version-store.ts';
import { fileResponse } from '../../../http/file-response.ts';
import { jsonResponse } from '../../../http/text-response.ts';
import { parseOptions, queryOptions } from '../../options.ts';
import type { Route } from '../../route.ts';
import {
  comparisonAnswer,
  modelId,
  rollbackBody,
  servedAnswer,
  versionsAnswer,
} from '../../training-schemas.ts';
import { documented, errorResponses, SECURITY } from '../recognition/recognition.ts';

const parameters = z.object({ id: modelId });

/** Files of a version that can be fetched. What it was trained on names folders of this machine, and is not among them. */
const FILES: Readonly<Record<string, string>> = {
  'model.onnx': 'application/octet-stream',
  'manifest.json': 'application/json',
  'report.json': 'application/json',
  'report.html': 'text/html; charset=utf-8',
};

async function openVersions(): Promise<VersionStore> {
  const { openEnvironment } = await import('../../../../training/environment.ts');
  return openEnvironment({}).versions;
}

/** @throws MODEL_UNKNOWN when the model was not trained here */
async function versionsOf(id: string, versions: VersionStore): Promise<ModelVersion[]> {
  const all = modelId.safeParse(id).success ? await versions.list(id) : [];
  if (all.length > 0) return all;
  throw new PictorError('MODEL_UNKNOWN', {
    expected: 'a model that was trained here',
    received: id.slice(0, 100),
    fix: 'GET /v1/train lists them',
  });
}

/** @throws MODEL_UNKNOWN */
async function versionOf(id: string, version: string, versions: VersionStore): Promise<ModelVersion> {
  const all = await versionsOf(id, versions);
  const found = all.find((each) => String(each.version) === version);
  if (found) return found;
  throw new PictorError('MODEL_UNKNOWN', {
    expected: `one of the versions ${all.map((each) => each.version).join(', ')} of ${id}`,
    received: version.slice(0, 20),
  });
}

/** `GET /v1/models/:id/versions` */
const listRoute: Route = {
  method: 'get',
  path: '/v1/models/:id/versions',
  scope: 'train',
  document: {
    summary: 'The versions of a model that was trained here, oldest first, with their figures and files',
    tags: ['Training'],
    security: SECURITY,
    request: { params: parameters },
    responses: {
      200: documented('The versions', versionsAnswer),
      ...errorResponses([401, 403, 404, 429]),
    },
  },
  async answer({ runtime, params: { id = '' } }) {
    const versions = await openVersions();
    const all = await versionsOf(id, versions);
    const served = runtime.recognizers.list().find((model) => model.id === id)?.manifest?.version;
    return jsonResponse({
      id,
      ...(served !== undefined && { served }),
      versions: await Promise.all(all.map((each) => viewOf(id, each, versions))),
    });
  },
};

async function viewOf(id: string, version: ModelVersion, versions: VersionStore) {
  const { createdAt, backbone, level, heldOut, measures, comparison, data } = await versions.report(version);
  const { n, top1, interval, ece, logLoss } = measures;
  const { size } = await stat(join(version.folder, 'model.onnx'));
  return {
    version: version.version,
    current: version.current,
    createdAt,
    bytes: size,
    backbone: backbone.id,
    classes: data.classes.map(({ label }) => label),
    level,
    heldOut,
    pictures: n,
    top1,
    interval,
    ece,
    logLoss,
    ...(comparison && { comparison }),
    files: Object.entries(FILES).map(([name, mediaType]) => ({
      name,
      mediaType,
      url: `/v1/models/${id}/versions/${version.version}/files/${name}`,
    })),
  };
}

/** `GET /v1/models/:id/versions/:version/files/:name` */
const fileRoute: Route = {
  method: 'get',
  path: '/v1/models/:id/versions/:version/files/:name',
  scope: 'train',
  document: {
    summary: `A file of a version: ${Object.keys(FILES).join(', ')}`,
    tags: ['Training'],
    security: SECURITY,
    request: { params: parameters.extend({ version: z.string(), name: z.string() }) },
    responses: {
      200: { description: 'The file', content: { '*/*': { schema: z.string() } } },
      206: { description: 'The range that was asked for', content: { '*/*': { schema: z.string() } } },
      ...errorResponses([401, 403, 404, 416, 429]),
    },
  },
  async answer({ request, params: { id = '', version = '', name = '' } }) {
    const { folder } = await versionOf(id, version, await openVersions());
    const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    const saveAs = name === 'model.onnx' ? `${id}-${version}.onnx` : undefined;
    const range = request.headers.get('range');
    const answer = type && (await fileResponse(join(folder, name), type, range, saveAs));
    if (answer) return answer;
    throw new PictorError('JOB_UNKNOWN', {
      expected: `one of ${Object.keys(FILES).join(', ')}`,
      received: name.slice(0, 100),
    });
  },
};

const compareQuery = z.object({
  from: z.int().min(1).describe('a version (default: the one before the current one)').optional(),
  to: z.int().min(1).describe('a version (default: the current one)').optional(),
});

/** `GET /v1/models/:id/compare` */
const compareRoute: Route = {
  method: 'get',
  path: '/v1/models/:id/compare',
  scope: 'train',
  document: {
    summary: 'Two versions on the pictures that both hold out: which are right now, which are wrong now',
    tags: ['Training'],
    security: SECURITY,
    request: { params: parameters, query: compareQuery },
    responses: {
      200: documented('The difference', comparisonAnswer),
      ...errorResponses([400, 401, 403, 404, 429]),
    },
  },
  async answer({ url, params: { id = '' } }) {
    const asked = parseOptions(compareQuery, queryOptions(url.searchParams));
    const versions = await openVersions();
    const all = await versionsOf(id, versions);
    const at = all.findIndex(({ current }) => current);
    const to = String(asked.to ?? all[at]?.version ?? '');
    const from = String(asked.from ?? all[at - 1]?.version ?? '');
    const { answersOfBoth } = await import('../../../../training/versions/answers-of-both.ts');
    return jsonResponse(
      await answersOfBoth(versions, await versionOf(id, from, versions), await versionOf(id, to, versions)),
    );
  },
};

/** `POST /v1/models/:id/rollback` */
const rollbackRoute: Route = {
  method: 'post',
  path: '/v1/models/:id/rollback',
  scope: 'train',
  document: {
    summary: 'Makes another version, earlier or later, the one that answers; no request is lost',
    tags: ['Training'],
    security: SECURITY,
    request: {
      params: parameters,
      body: { required: false, content: { 'application/json': { schema: rollbackBody } } },
    },
    responses: {
      200: documented('The model as it is served now', servedAnswer),
      ...errorResponses([400, 401, 403, 404, 429]),
    },
  },
  async answer({ request, context, runtime, url, params: { id = '' } }) {
    const text = request.body === null ? '' : new TextDecoder().decode(await context.body());
    const { version } = parseOptions(rollbackBody, {
      ...queryOptions(url.searchParams),
      ...(text.trim() === '' ? {} : jsonObject(text)),
    });
    const versions = await openVersions();
    await versionsOf(id, versions);
    await versions.rollback(id, version);
    return served(await runtime.recognizers.serve(id));
  },
};

/** `POST /v1/models/:id/serve` */
const serveRoute: Route = {
  method: 'post',
  path: '/v1/models/:id/serve',
  scope: 'train',
  document: {
    summary: 'Serves a model that was trained here, to requests that name it; a few at a time',
    tags: ['Training'],
    security: SECURITY,
    request: { params: parameters },
    responses: {
      200: documented('The model as it is served now', servedAnswer),
      ...errorResponses([401, 403, 404, 429, 503]),
    },
  },
  async answer({ runtime, params: { id = '' } }) {
    await versionsOf(id, await openVersions());
    return served(await runtime.recognizers.serve(id));
  },
};

function served({
  id,
  manifest,
  status,
}: {
  readonly id: string;
  readonly manifest?: { readonly version?: number | undefined };
  readonly status: { readonly state: string };
}): Response {
  return jsonResponse({ id, version: manifest?.version, state: status.state });
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new PictorError('BODY_INVALID', { expected: 'a JSON object, or no body' });
}

export const VERSION_ROUTES: readonly Route[] = [
  listRoute,
  fileRoute,
  compareRoute,
  rollbackRoute,
  serveRoute,
];
