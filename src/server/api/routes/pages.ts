/**
 * What people look at: the studio, and the OpenAPI document.
 *
 * @module
 */

import { packageFile, packageVersion } from '../../../base/package-root.ts';
import { PictorError } from '../../../errors.ts';
import { documentResponse } from '../../http/text-response.ts';
import { documentationPage } from '../documentation-page.ts';
import { openApiDocument } from '../openapi.ts';
import type { Route } from '../route.ts';

/** Nothing from elsewhere, nothing inline: the studio is its own files. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-security-policy': PAGE_POLICY,
  'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const;

const HTML = 'text/html; charset=utf-8';

/** What a function says at its address: it is packed without the studio. */
const SIGNPOST = {
  service: 'Pictor',
  recognize: 'POST image {"picture": "<base64>"}',
  documentation: 'docs',
  openapi: 'openapi.json',
  health: ['healthz', 'readyz'],
};

/** Addresses of the studio; which of its rooms they open is the studio's to say. */
const ROOMS = ['/', '/train', '/video', '/status'] as const;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  jpg: 'image/jpeg',
};

/** How long a browser may keep a file, seconds: for ever where its name says what is in it. */
const SHORT = 300;
const LONG = 31_536_000;

/**
 * The routes for people. They ask for no key: they say nothing that this repository does not say.
 *
 * @param documented the routes that the documentation describes
 */
export function pageRoutes(documented: readonly Route[]): readonly Route[] {
  const describe = once(async () => openApiDocument(documented, packageVersion()));
  const api = once(async () => Buffer.from(JSON.stringify(await describe())));
  const plainDocs = once(async () => Buffer.from(documentationPage(await describe())));
  const studio = once(() => packageFile('dist/web/index.html'));
  const files = new Map<string, () => Promise<Buffer | undefined>>();
  const fileOf = (name: string) => {
    const found = files.get(name) ?? once(() => packageFile(`dist/web/${name}`));
    return found;
  };
  const pageOf = async (path: string) => {
    const content = await studio();
    // Functions are packed without the studio.
    if (content === undefined && path === '/') return Response.json(SIGNPOST);
    if (content === undefined) throw new PictorError('ROUTE_NOT_FOUND', { received: path });
    return documentResponse(content, { 'content-type': HTML, 'cache-control': 'no-cache', ...PAGE_HEADERS });
  };
  return [
    ...ROOMS.map((path) => page(path, () => pageOf(path))),
    page('/docs', async () =>
      (await studio()) === undefined
        ? documentResponse(await plainDocs(), { 'content-type': HTML, ...PAGE_HEADERS })
        : pageOf('/docs'),
    ),
    page('/openapi.json', async () => documentResponse(await api(), { 'content-type': 'application/json' })),
    page('/web/:name', ({ name = '' }) => file(name)),
    page('/web/samples/:name', ({ name = '' }) => file(`samples/${name}`)),
  ];

  async function file(name: string): Promise<Response> {
    const [, stem = '', ending = ''] =
      /^((?:samples\/)?[\w-]+(?:\.[\w-]+)*)\.(js|css|svg|jpg)$/.exec(name) ?? [];
    const read = stem === '' ? undefined : fileOf(name);
    const content = await read?.();
    if (read === undefined || content === undefined) {
      throw new PictorError('ROUTE_NOT_FOUND', { received: `/web/${name}`.slice(0, 100) });
    }
    // Only names that exist are remembered.
    files.set(name, read);
    return documentResponse(content, {
      'content-type': TYPES[ending] ?? 'application/octet-stream',
      'cache-control': `public, max-age=${/-[\w-]{8}$/.test(stem) ? `${LONG}, immutable` : SHORT}`,
      ...PAGE_HEADERS,
    });
  }
}

/** Makes a document when it is first asked for, and keeps it; what failed or is not there is looked for again. */
function once<Document>(make: () => Promise<Document>): () => Promise<Document> {
  let made: Promise<Document> | undefined;
  return async () => {
    made ??= make();
    try {
      const document = await made;
      if (document === undefined) made = undefined;
      return document;
    } catch (thrown) {
      made = undefined;
      throw thrown;
    }
  };
}

function page(path: string, answer: (params: Readonly<Record<string, string>>) => Promise<Response>): Route {
  return {
    method: 'get',
    path,
    scope: 'public',
    document: { summary: 'A page', tags: [], responses: {} },
    answer: ({ params }) => answer(params),
  };
}
