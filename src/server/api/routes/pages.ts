/**
 * What people look at: the page, the documentation, and the OpenAPI document that it is made of.
 *
 * @module
 */

import { packageFile, packageVersion } from '../../../base/package-root.ts';
import { PictorError } from '../../../errors.ts';
import { documentResponse } from '../../http/text-response.ts';
import { documentationPage } from '../documentation-page.ts';
import { openApiDocument } from '../openapi.ts';
import type { Route } from '../route.ts';

/** Nothing from elsewhere, nothing inline: the page is its own files. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-security-policy': PAGE_POLICY,
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const;

/** How long a browser may keep a file of the page, seconds: it may change with the next version. */
const MAX_AGE = 300;

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/web/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/web/texts.js': ['texts.js', 'text/javascript; charset=utf-8'],
  '/web/view.js': ['view.js', 'text/javascript; charset=utf-8'],
  '/web/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/web/icon.svg': ['icon.svg', 'image/svg+xml'],
} as const;

/**
 * The routes for people. They ask for no key: they say nothing that this repository does not say.
 *
 * @param documented the routes that the documentation describes
 */
export function pageRoutes(documented: readonly Route[]): readonly Route[] {
  const describe = once(async () => openApiDocument(documented, packageVersion()));
  const api = once(async () => Buffer.from(JSON.stringify(await describe())));
  const docs = once(async () => Buffer.from(documentationPage(await describe())));
  return [
    ...Object.entries(FILES).map(([path, [file, type]]) => {
      const content = once(() => packageFile(`web/${file}`));
      return page(path, async () => fileResponse(path, await content(), type));
    }),
    page('/openapi.json', async () => documentResponse(await api(), { 'content-type': 'application/json' })),
    page('/docs', async () =>
      documentResponse(await docs(), { 'content-type': 'text/html; charset=utf-8', ...PAGE_HEADERS }),
    ),
  ];
}

/** Makes a document when it is first asked for, and keeps it; what failed is tried again. */
function once<Document>(make: () => Promise<Document>): () => Promise<Document> {
  let made: Promise<Document> | undefined;
  return () => {
    made ??= make().catch((thrown: unknown) => {
      made = undefined;
      throw thrown;
    });
    return made;
  };
}

function page(path: string, answer: () => Promise<Response>): Route {
  return {
    method: 'get',
    path,
    scope: 'public',
    document: { summary: 'A page', tags: [], responses: {} },
    answer,
  };
}

function fileResponse(path: string, content: Buffer | undefined, type: string): Response {
  // Functions are packed without the page.
  if (content === undefined) throw new PictorError('ROUTE_NOT_FOUND', { received: path });
  return documentResponse(content, {
    'content-type': type,
    'cache-control': `public, max-age=${MAX_AGE}`,
    ...PAGE_HEADERS,
  });
}
