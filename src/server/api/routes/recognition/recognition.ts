/**
 * What the recognition routes share: the picture of a request, and their part of the OpenAPI document.
 *
 * @module
 */
import * as z from 'zod';
import { readSource } from '../../../../image/sources/read-source.ts';
import { decodedLength } from '../../../../image/sources/text.ts';
import type { RequestContext } from '../../../request-context.ts';
import { parseOptions, queryOptions, type RawOptions } from '../../options.ts';
import { findPicture, type SentPicture } from '../../picture-request.ts';
import type { Responses, RouteDocument, RouteInput } from '../../route.ts';
import { errorAnswer, pictureBody } from '../../schemas.ts';

export interface Asked {
  /** The encoded picture. */
  readonly picture: Uint8Array;
  readonly options: RawOptions;
}

type OptionsSchema = Parameters<typeof parseOptions>[0];

/**
 * Reads the picture and the options of a recognition request. Options in the URL are checked before the body is read.
 *
 * @throws OPTION_INVALID, BODY_*, IMAGE_*, CONTENT_TYPE_UNSUPPORTED, OVERLOADED, REQUEST_*
 */
export async function readRequest<Schema extends OptionsSchema>(
  { request, url, context }: RouteInput,
  schema: Schema,
): Promise<{ picture: Uint8Array; options: z.output<Schema> }> {
  const query = queryOptions(url.searchParams);
  parseOptions(schema, query);
  const body = await context.body();
  const found = findPicture(body, request.headers.get('content-type'), query);
  const options = parseOptions(schema, found.options);
  return { picture: await bytesOf(found.picture, context), options };
}

async function bytesOf(picture: SentPicture, context: RequestContext): Promise<Uint8Array> {
  const limits = context.limits.image;
  const options = { limits, signal: context.signal };
  if (picture.kind === 'bytes') return readSource(picture.bytes, options);
  if (picture.kind === 'url') return (await context.fetchPicture(picture.url)).bytes;
  const text = picture.text.trim();
  context.hold(decodedLength(text));
  // A string is a path to `readSource` unless it is wrapped: what a client sends must never be taken for one.
  return readSource(/^data:/i.test(text) ? text : { base64: text }, options);
}

/**
 * OpenAPI's view of a recognition route.
 *
 * @param summary one line
 * @param options the schema of its options: query parameters, and members of the JSON body
 * @param answer the schema of its answer
 * @param pictures media types of a picture that it may answer with
 */
export function recognitionDocument(
  summary: string,
  options: OptionsSchema,
  answer: z.ZodType,
  pictures: readonly string[] = [],
): RouteDocument {
  const binary = { schema: z.string().meta({ format: 'binary' }) };
  const form = z.object({ picture: z.string().meta({ format: 'binary' }) }).extend(options.shape);
  return {
    summary,
    tags: ['Recognition'],
    security: SECURITY,
    request: {
      query: options,
      body: {
        required: true,
        content: {
          'application/json': { schema: pictureBody.extend(options.shape) },
          'image/*': binary,
          'application/octet-stream': binary,
          'multipart/form-data': { schema: form },
          'text/plain': { schema: z.string().describe('The picture as base64') },
        },
      },
    },
    responses: {
      200: {
        description: 'The answer',
        content: {
          'application/json': { schema: answer },
          ...Object.fromEntries(pictures.map((type) => [type, binary])),
        },
      },
      ...errorResponses([400, 401, 403, 404, 408, 413, 415, 422, 429, 500, 503, 504]),
    },
  };
}

/** A key, in either of its two headers. */
export const SECURITY: NonNullable<RouteDocument['security']> = [{ bearer: [] }, { apiKey: [] }];

/** OpenAPI's view of a JSON answer. */
export function documented(description: string, schema: z.ZodType): Responses[number] {
  return { description, content: { 'application/json': { schema } } };
}

/** The options that have a value: what was left out gets the task's own default. */
export function present<Options extends Record<string, unknown>>(options: Options): Present<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Present<Options>;
}

type Present<Options> = { [Name in keyof Options]?: Exclude<Options[Name], undefined> };

/** OpenAPI's view of error answers. */
export function errorResponses(statuses: readonly number[]): Responses {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: 'An error', content: { 'application/json': { schema: errorAnswer } } },
    ]),
  );
}
