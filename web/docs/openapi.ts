/**
 * The server's own description, as a list of operations.
 *
 * @module
 */

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Content {
  readonly [type: string]: { readonly schema: Schema };
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

export interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly summary: string;
            readonly tags: readonly string[];
            readonly security?: unknown;
            readonly parameters?: readonly Parameter[];
            readonly requestBody?: { readonly content: Content };
            readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
          }
        >
      >
    >
  >;
}

export interface Operation {
  /** `POST /v1/classify` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly open: boolean;
  readonly parameters: readonly Parameter[];
  /** Media types of its body. */
  readonly accepts: readonly string[];
  /** Fields of its JSON answer, with what they are. */
  readonly fields: readonly (readonly [name: string, what: string])[];
}

export function operationsOf({ paths, components }: OpenApi): readonly Operation[] {
  const resolved = (schema: Schema | undefined): Schema | undefined =>
    schema?.$ref === undefined ? schema : resolved(components.schemas[schema.$ref.split('/').at(-1) ?? '']);
  const describe = (schema: Schema): string => {
    const found = resolved(schema);
    if (found?.description !== undefined) return found.description;
    if (found?.enum !== undefined) return found.enum.join(', ');
    const items = resolved(found?.items);
    const inner = Object.keys((items ?? found)?.properties ?? {});
    return [items === undefined ? (found?.type ?? '') : 'list', inner.join(', ')]
      .filter((one) => one !== '')
      .join(': ');
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const answer = operation.responses['200'] ?? operation.responses['202'];
      const schema = resolved(answer?.content?.['application/json']?.schema);
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        tag: operation.tags[0] ?? '',
        open: operation.security === undefined,
        parameters: operation.parameters ?? [],
        accepts: Object.keys(operation.requestBody?.content ?? {}),
        fields: Object.entries(schema?.properties ?? {}).map(
          ([name, field]) => [name, describe(field)] as const,
        ),
      };
    }),
  );
}
