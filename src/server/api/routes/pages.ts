/**
 * What people look at: the page, the documentation, and the OpenAPI document that it is made of.
 *
 * @module
 */

import { packageFile, packageVersion } from '../../../base/package-file.ts';
import { PictorError } from '../../../errors.ts';
import { jsonResponse } from '../../http/text-response.ts';
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
  let description: Promise<ReturnType<typeof openApiDocument>> | undefined;
  const describe = () => {
    description ??= packageVersion().then((version) => openApiDocument(documented, version));
    return description;
  };
  return [
    ...Object.entries(FILES).map(([path, [file, type]]) => page(path, () => fileResponse(path, file, type))),
    page('/openapi.json', async () => jsonResponse(await describe())),
    page('/docs', async () => {
      const headers = { 'content-type': 'text/html; charset=utf-8', ...PAGE_HEADERS };
      return new Response(documentationPage(await describe()), { headers });
    }),
  ];
}

function page(path: string, answer: () => Promise<Response>): Route {
  return { method: 'get', path, scope: 'public', document: { responses: {} }, answer };
}

async function fileResponse(path: string, file: string, type: string): Promise<Response> {
  const content = await packageFile(`web/${file}`);
  // Functions are packed without the page.
  if (content === undefined) throw new PictorError('ROUTE_NOT_FOUND', { received: path });
  return new Response(new Uint8Array(content), {
    headers: { 'content-type': type, 'cache-control': `public, max-age=${MAX_AGE}`, ...PAGE_HEADERS },
  });
}
