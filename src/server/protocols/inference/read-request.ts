/**
 * The body of an inference request: JSON, or JSON followed by the bytes of tensors.
 *
 * @module
 */
import * as z from 'zod';
import { DEFAULT_JSON_BOUNDS } from '../../../base/bounded-json.ts';
import { PictorError } from '../../../errors.ts';
import { jsonObject } from '../shared/json-object.ts';
import { parseParameters } from '../shared/parse-parameters.ts';

/**
 * Tensors in JSON have a value for each number: as many as the input of a detector at 640 × 640 and some more. Larger ones
 * are sent as bytes.
 */
const JSON_BOUNDS = { ...DEFAULT_JSON_BOUNDS, maxValues: 1_300_000 };

/** Says how many bytes of a body, of a request or an answer, are JSON. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

const parameters = z.record(z.string(), z.unknown()).nullish();

const requestSchema = z.object({
  id: z.string().max(1000).nullish(),
  parameters,
  inputs: z
    .array(
      z.object({
        name: z.string(),
        datatype: z.string(),
        shape: z.array(z.int().nonnegative()).max(8),
        parameters,
        // Not looked into: a copy of a million values for nothing.
        data: z.custom<readonly unknown[]>(Array.isArray).nullish(),
      }),
    )
    .min(1)
    .max(16),
  outputs: z
    .array(z.object({ name: z.string(), parameters }))
    .max(64)
    .nullish(),
});

type Parameters = z.output<typeof parameters>;

/** One input tensor, its values not yet read. */
export interface RequestedInput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  /** How many values the shape has. */
  readonly count: number;
  readonly data: readonly unknown[] | Uint8Array;
}

/** One output tensor as it is wanted. */
export interface RequestedOutput {
  readonly name: string;
  readonly binary: boolean;
  /** How many classes instead of the scores of all; 0 for the tensor itself. */
  readonly classes: number;
}

export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly RequestedInput[];
  /** Undefined for all outputs. */
  readonly outputs: readonly RequestedOutput[] | undefined;
  /** Whether outputs that are not named are wanted as bytes. */
  readonly binary: boolean;
}

/**
 * Reads a request.
 *
 * @param body the whole body
 * @throws BODY_INVALID, OPTION_INVALID, FEATURE_UNSUPPORTED
 */
export function readInferRequest(body: Uint8Array, headers: Headers): InferRequest {
  const jsonLength = jsonLengthOf(headers, body.byteLength);
  const sent = parseParameters(requestSchema, jsonObject(body.subarray(0, jsonLength), JSON_BOUNDS));
  refuseStates(sent.parameters);
  const binary = sent.parameters?.['binary_data_output'] === true;
  let at = jsonLength;
  const inputs = sent.inputs.map(({ name, datatype, shape, parameters: own, data }): RequestedInput => {
    const count = shape.reduce((product, size) => product * size, 1);
    const size = own?.['binary_data_size'];
    if (size === undefined) return { name, datatype, shape, count, data: data ?? [] };
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || at + size > body.byteLength) {
      throw new PictorError('OPTION_INVALID', {
        expected: `\`binary_data_size\` of ${name.slice(0, 60)} within the body`,
        received: String(size),
      });
    }
    at += size;
    return { name, datatype, shape, count, data: body.subarray(at - size, at) };
  });
  if (at !== body.byteLength) {
    throw new PictorError('BODY_INVALID', { received: `${body.byteLength - at} bytes that no input claims` });
  }
  const outputs = sent.outputs?.map((output) => requestedOutput(output.name, output.parameters, binary));
  return { id: sent.id ?? undefined, inputs, outputs: outputs?.length ? outputs : undefined, binary };
}

function jsonLengthOf(headers: Headers, bodyLength: number): number {
  const header = headers.get(JSON_LENGTH_HEADER);
  if (header === null) return bodyLength;
  const length = Number(header);
  if (/^\d{1,10}$/.test(header) && length <= bodyLength) return length;
  throw new PictorError('BODY_INVALID', {
    expected: `${JSON_LENGTH_HEADER} of at most ${bodyLength}`,
    received: header.slice(0, 20),
  });
}

function requestedOutput(name: string, own: Parameters, binary: boolean): RequestedOutput {
  const classes = own?.['classification'] ?? 0;
  if (typeof classes !== 'number' || !Number.isInteger(classes) || classes < 0) {
    throw new PictorError('OPTION_INVALID', { expected: '`classification`: a whole number' });
  }
  const asked = own?.['binary_data'];
  return { name, binary: typeof asked === 'boolean' ? asked : binary, classes };
}

/** @throws FEATURE_UNSUPPORTED for models with a memory, which there are none of */
function refuseStates(sent: Parameters): void {
  const sequence = sent?.['sequence_id'];
  if (sequence === undefined || sequence === 0 || sequence === '') return;
  throw new PictorError('FEATURE_UNSUPPORTED', { received: '`sequence_id`' });
}
