/**
 * The OpenAPI document as a page for people, made on the server: no script, nothing from elsewhere.
 *
 * @module
 */
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { openApiDocument } from './openapi.ts';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;
type OpenApi = ReturnType<typeof openApiDocument>;
type Operation = NonNullable<NonNullable<OpenApi['paths']>[string]['get']>;
type Schema = Exclude<NonNullable<NonNullable<OpenApi['components']>['schemas']>[string], { $ref: string }>;

/** `api` is the document; `operation` belongs to `method` and `path`. */
interface Described {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly operation: Operation;
}

/**
 * Renders the documentation.
 *
 * @param api from `openApiDocument`
 */
export function documentationPage(api: OpenApi): string {
  const operations = Object.entries(api.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post'] as const).flatMap((method): Described[] => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method, path, operation }];
    }),
  );
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Pictor API</title>
<link rel="icon" href="/web/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/web/page.css">
</head>
<body>
<header class="top"><a class="brand" href="/">Pictor</a><nav><a href="/openapi.json">openapi.json</a></nav></header>
<main class="reference">
<p>${api.info.description} Version ${api.info.version}.</p>
<p>Where the server asks for keys, send one as <code>Authorization: Bearer &hellip;</code> or <code>X-Api-Key: &hellip;</code>. Errors are
<code>{"error": {"code", "message", "requestId"}}</code>; answers to requests that came at a bad time carry <code>Retry-After</code>.</p>
${operations.map((one) => operationSection(one, api))}
</main>
</body>
</html>`;
  return String(page);
}

function operationSection({ method, path, operation }: Described, api: OpenApi): Html {
  const parameters = (operation.parameters ?? []).flatMap((one) => ('name' in one ? [one] : []));
  const body = operation.requestBody;
  const accepted = body !== undefined && 'content' in body ? Object.keys(body.content) : [];
  const fields = answerFields(operation, api);
  return html`<section>
<h2><b>${method.toUpperCase()}</b>${path}</h2>
<p>${operation.summary ?? ''}${operation.security === undefined ? ' (no key)' : ''}</p>
${
  parameters.length === 0
    ? ''
    : html`<h3>Options, in the address or beside the picture</h3>
<table>${parameters.map(({ name, schema }) => html`<tr><td><code>${name}</code></td><td>${describe(schema, api)}</td></tr>`)}</table>`
}
${accepted.length === 0 ? '' : html`<h3>The picture, as</h3><p>${accepted.map((type) => html`<code>${type}</code> `)}</p>`}
${
  fields.length === 0
    ? ''
    : html`<h3>Answer</h3><table>${fields.map(([name, text]) => html`<tr><td><code>${name}</code></td><td>${text}</td></tr>`)}</table>`
}
${method === 'post' ? html`<h3>Example</h3><pre>curl -H 'Content-Type: image/jpeg' --data-binary @picture.jpg http://localhost:8080${path}</pre>` : ''}
</section>`;
}

function answerFields(operation: Operation, api: OpenApi): [name: string, text: string][] {
  const answer = operation.responses?.['200'];
  if (answer === undefined || !('content' in answer)) return [];
  const schema = resolved(answer.content?.['application/json']?.schema, api);
  return Object.entries(schema?.properties ?? {}).map(([name, field]) => [name, describe(field, api)]);
}

function describe(schema: unknown, api: OpenApi): string {
  const found = resolved(schema, api);
  if (found === undefined) return '';
  if (found.description !== undefined) return found.description;
  if (found.enum !== undefined) return found.enum.join(', ');
  const items = 'items' in found ? resolved(found.items, api) : undefined;
  const inner = Object.keys((items ?? found).properties ?? {});
  const kind = items === undefined ? String(found.type ?? '') : 'list';
  return inner.length === 0 ? kind : `${kind}: ${inner.join(', ')}`;
}

function resolved(schema: unknown, api: OpenApi): Schema | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  if (!('$ref' in schema)) return schema as Schema;
  const name = String(schema.$ref).split('/').at(-1) ?? '';
  return resolved(api.components?.schemas?.[name], api);
}
