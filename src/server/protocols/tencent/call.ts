import { PictorError } from '../../../errors.ts';
import { type FormField, formFields, formMap } from '../../http/form.ts';
import { jsonObject } from '../shared/json-object.ts';
import { targetOf } from '../shared/signatures.ts';
import { VendorError } from '../shared/vendor-error.ts';
import type { ProtocolContext } from '../types.ts';
import { authorizeLegacy, authorizeTc3 } from './authorize.ts';

/** An API call, however it was sent. */
export interface TencentCall {
  readonly action: string;
  /** e.g. `2019-05-29`. */
  readonly version: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** By method, address and headers alone: API 3.0 has headers of its own, the older API its parameters in a form. */
export function isTencentRequest({ method, url, headers }: Request): boolean {
  if (headers.has('x-tc-action') || headers.get('authorization')?.startsWith('TC3-')) return true;
  const { path, query } = targetOf(url);
  // At another path, e.g. behind a prefix, only the header of the vendor's clients tells a call from someone else's form.
  if (path !== '/' && !headers.has('x-tc-traceid')) return false;
  if (method === 'GET') return /(?:^|&)Action=/.test(query) && /(?:^|&)SecretId=/.test(query);
  return method === 'POST' && mediaType(headers) === FORM_TYPE;
}

/**
 * Reads a call, after its signature was verified.
 *
 * @throws UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED, BODY_INVALID, CONTENT_TYPE_UNSUPPORTED, and what reading a body throws
 */
export async function readCall(request: Request, context: ProtocolContext): Promise<TencentCall> {
  if (!request.headers.has('x-tc-action')) return readLegacyCall(request, context);
  const { headers } = request;
  if (context.auth === 'on') await authorizeTc3(request, context);
  const parameters =
    request.method === 'GET'
      ? unflatten(formMap(queryFields(request)))
      : await readJsonParameters(request, context);
  return {
    action: headers.get('x-tc-action') ?? '',
    version: required(headers.get('x-tc-version'), 'X-TC-Version'),
    parameters,
  };
}

async function readJsonParameters(request: Request, context: ProtocolContext) {
  const type = mediaType(request.headers);
  if (request.method !== 'POST') {
    throw new PictorError('METHOD_NOT_ALLOWED', { expected: 'POST or GET', received: request.method });
  }
  if (type === 'application/json') return jsonObject(await context.body());
  throw new PictorError('CONTENT_TYPE_UNSUPPORTED', { expected: 'application/json', received: type });
}

async function readLegacyCall(request: Request, context: ProtocolContext): Promise<TencentCall> {
  const fields = request.method === 'GET' ? queryFields(request) : [...formFields(await context.body())];
  if (context.auth === 'on') authorizeLegacy(request, fields, context);
  const form = formMap(fields);
  return {
    action: required(form.get('Action'), 'Action'),
    version: required(form.get('Version'), 'Version'),
    parameters: unflatten(form),
  };
}

function queryFields(request: Request): FormField[] {
  return [...formFields(Buffer.from(targetOf(request.url).query, 'latin1'))];
}

/** Lists are sent as `Scenes.0=WEB&Scenes.1=NEWS`. Deeper structures hold nothing that is looked at. */
function unflatten(form: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
  const parameters = new Map<string, unknown>();
  const lists = new Map<string, string[]>();
  for (const [name, value] of form) {
    const list = /^(\w+)\.\d+$/.exec(name)?.[1];
    const values = list === undefined ? undefined : lists.get(list);
    if (list === undefined) parameters.set(name, value);
    else if (values === undefined) lists.set(list, [value]);
    else values.push(value);
  }
  return Object.fromEntries([...parameters, ...lists]);
}

function required(value: string | null | undefined, name: string): string {
  if (value) return value;
  throw new VendorError('OPTION_INVALID', 'MissingParameter', { expected: `\`${name}\`` });
}

function mediaType(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
