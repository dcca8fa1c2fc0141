import { OpenAPIHono } from '@hono/zod-openapi';
import type { Route } from './route.ts';

/**
 * The OpenAPI 3.1 document of the native routes, from the schemas that validate them.
 *
 * @param routes what to describe
 * @param version of Pictor
 */
export function openApiDocument(routes: readonly Route[], version: string) {
  const describer = new OpenAPIHono();
  const { openAPIRegistry: registry } = describer;
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
  });
  for (const { method, path, document } of routes) {
    registry.registerPath({ method, path: path.replace(/:(\w+)/g, '{$1}'), ...document });
  }
  return describer.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Pictor',
      version,
      description: 'Image recognition: classify, detect, tag, moderate and embed pictures.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
  });
}
