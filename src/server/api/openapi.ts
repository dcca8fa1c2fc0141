/**
 * The OpenAPI 3.1 document of the native routes, from the schemas that validate them. OpenAPI 3.1 uses JSON Schema as it
 * is, which zod writes itself; a schema with an id (`meta({ id })`) becomes a component.
 *
 * @module
 */
import * as z from 'zod';
import type { Content, Route, RouteDocument } from './route.ts';

/** JSON Schema, as far as the documentation page reads it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

type JsonContent = Readonly<Record<string, { readonly schema: JsonSchema }>>;

/** One method of one path. */
export interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: RouteDocument['security'];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly required: boolean;
    readonly schema: JsonSchema;
    readonly description?: string;
  }[];
  readonly requestBody?: { readonly required: boolean; readonly content: JsonContent };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: JsonContent }>
  >;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Route['method'], Operation>>>>>;
}

/**
 * Writes the document.
 *
 * @param routes what to describe
 * @param version of Pictor
 */
export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const components = new Map<string, JsonSchema>();
  const paths: Record<string, Partial<Record<Route['method'], Operation>>> = {};
  for (const { method, path, document } of routes) {
    const name = path.replace(/:(\w+)/g, '{$1}');
    paths[name] = { ...paths[name], [method]: operationOf(document, components) };
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Pictor',
      version,
      description: 'Image recognition: classify, detect, tag, moderate and embed pictures.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      },
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
    paths,
  };
  return document;
}

type Components = Map<string, JsonSchema>;

function operationOf({ request, responses, ...said }: RouteDocument, components: Components): Operation {
  const parameters = [
    ...parametersOf('path', request?.params, components),
    ...parametersOf('query', request?.query, components),
  ];
  return {
    ...said,
    ...(parameters.length > 0 && { parameters }),
    ...(request?.body && {
      requestBody: {
        required: request.body.required,
        content: contentOf(request.body.content, components),
      },
    }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, { description, content }]) => [
        status,
        { description, ...(content && { content: contentOf(content, components) }) },
      ]),
    ),
  };
}

function parametersOf(where: 'path' | 'query', object: z.ZodObject | undefined, components: Components) {
  return Object.entries<z.ZodType>(object?.shape ?? {}).map(([name, field]) => {
    const schema = schemaOf(field, components);
    return {
      name,
      in: where,
      required: !field.safeParse(undefined).success,
      schema,
      ...(schema.description !== undefined && { description: schema.description }),
    };
  });
}

function contentOf(content: Content, components: Components): JsonContent {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema }]) => [type, { schema: schemaOf(schema, components) }]),
  );
}

/** A schema, or a reference to it when it has an id. */
function schemaOf(schema: z.ZodType, components: Components): JsonSchema {
  const { $schema: _, $defs = {}, ...root } = z.toJSONSchema(schema, { io: 'input', override: tidy });
  for (const [name, part] of Object.entries($defs)) components.set(name, referring(part));
  return referring(root);
}

/** zod's references lead into `$defs`, OpenAPI's into its components. */
function referring(schema: object): JsonSchema {
  const { id: _, ...said } = schema as { readonly id?: string };
  return JSON.parse(JSON.stringify(said).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}

/** Leaves out what is true of every integer and of every record. */
function tidy({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.type === 'integer') {
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  }
  if (jsonSchema.type === 'object') delete jsonSchema.propertyNames;
}
