import * as z from 'zod';
import type { Route } from '../../route.ts';
import { readRequest, recognitionDocument } from './recognition.ts';

const previewOptions = z.object({});

/** `POST /v1/preview`: a picture as every browser shows it, e.g. one that is TIFF or that the server fetched. */
export const previewRoute: Route = {
  method: 'post',
  path: '/v1/preview',
  scope: 'infer',
  document: recognitionDocument(
    'The picture itself, upright and as JPEG, as every browser can show it',
    previewOptions,
    z.string().meta({ format: 'binary' }),
    ['image/jpeg'],
  ),
  async answer(input) {
    const { context } = input;
    const { picture } = await readRequest(input, previewOptions);
    const { signal, limits } = context;
    const jpeg = await context.pixels.annotate(picture, [], { format: 'jpeg', limits: limits.image, signal });
    return new Response(new Uint8Array(jpeg), { headers: { 'content-type': 'image/jpeg' } });
  },
};
