/**
 * The OpenAPI document as a page for people, made on the server: no script, nothing from elsewhere.
 *
 * @module
 */
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { JsonSchema, OpenApiDocument, Operation } from './openapi.ts';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

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
export function documentationPage(api: OpenApiDocument): string {
  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
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

function operationSection({ method, path, operation }: Described, api: OpenApiDocument): Html {
  const { parameters = [] } = operation;
  const accepted = Object.keys(operation.requestBody?.content ?? {});
  const fields = answerFields(operation, api);
  return html`<section>
<h2><b>${method.toUpperCase()}</b>${path}</h2>
<p>${operation.summary}${operation.security === undefined ? ' (no key)' : ''}</p>
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

function answerFields(operation: Operation, api: OpenApiDocument): [name: string, text: string][] {
  const schema = resolved(operation.responses['200']?.content?.['application/json']?.schema, api);
  return Object.entries(schema?.properties ?? {}).map(([name, field]) => [name, describe(field, api)]);
}

function describe(schema: JsonSchema, api: OpenApiDocument): string {
  const found = resolved(schema, api);
  if (found === undefined) return '';
  if (found.description !== undefined) return found.description;
  if (found.enum !== undefined) return found.enum.join(', ');
  if (found.const !== undefined) return String(found.const);
  const items = resolved(found.items, api);
  const inner = Object.keys((items ?? found).properties ?? {});
  const kind = items === undefined ? (found.type ?? '') : 'list';
  return inner.length === 0 ? kind : `${kind}: ${inner.join(', ')}`;
}

function resolved(schema: JsonSchema | undefined, api: OpenApiDocument): JsonSchema | undefined {
  if (schema?.$ref === undefined) return schema;
  const name = schema.$ref.split('/').at(-1) ?? '';
  return resolved(api.components.schemas[name], api);
}
