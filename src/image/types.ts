/** The words that pictures are described in. */
import type { Shrink } from './resize/reduction.ts';

/** Formats that Pictor decodes. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'bmp';

/** Anything that a picture can come from. A string is a file path, a data URL or an http(s) URL. */
export type ImageSource =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | { readonly base64: string };

/** Facts about a picture, known before its pixels are. */
export interface PictureInfo {
  readonly format: PictureFormat;
  /** Pixels, after EXIF rotation. */
  readonly width: number;
  /** Pixels, after EXIF rotation. */
  readonly height: number;
  /** Size of the encoded picture. */
  readonly bytes: number;
  /** Of pictures that move; absent for the others. */
  readonly frames?: FrameCounts;
}

/** How much of an animation an answer rests on. */
export interface FrameCounts {
  /** Frames in the file. */
  readonly count: number;
  /** Frames that were looked at. */
  readonly read: number;
}

/** Interleaved 8-bit RGB without padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** width × height × 3 values. */
  readonly data: Uint8Array;
}

/** An upright picture: 8-bit sRGB, interleaved, no padding, no alpha. */
export interface Picture extends PictureInfo, Pixels {}

/**
 * Where the model's input rectangle lies on the original picture:
 * `original = (input − offset) / scale` for each axis.
 */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
  /** Size of the tensor's rectangle, pixels. */
  readonly inputWidth: number;
  readonly inputHeight: number;
}

/**
 * How a tensor is made from a picture. `exact` decodes every pixel and resizes then, as Pillow and torchvision do.
 * `fast` decodes a plain JPEG no larger than the model needs it, and resizes before colours are converted.
 */
export type Preprocessing = 'fast' | 'exact';

/**
 * Ways to decode: `planes` (Pictor's own, from a JPEG straight to the tensor, never to a whole picture), `sharp` (native,
 * everything but BMP), `wasm` (libraries in WebAssembly, no native module) and `bmp` (Pictor's own).
 */
export type DecoderName = 'planes' | 'sharp' | 'wasm' | 'bmp';

/** A picture ready for a model. */
export interface PreparedPicture {
  /** One item, without the batch dimension; laid out as the input spec says. */
  readonly data: Float32Array | Uint8Array | Int8Array;
  /** Dimensions of one item, e.g. [3, 224, 224]. */
  readonly dims: readonly number[];
  readonly info: PictureInfo;
  readonly placement: Placement;
  /** Which decoder made it, and how many times smaller than stored it decoded the picture; undefined for given pixels. */
  readonly decoding: { readonly decoder: DecoderName; readonly shrink: Shrink } | undefined;
}

/** Bounds that hold before and while a picture is decoded. */
export interface ImageLimits {
  /** Encoded size (default 20 MiB). */
  readonly maxBytes: number;
  /** Width × height (default 50 megapixels). */
  readonly maxPixels: number;
  /** Smallest side (default 1 pixel). */
  readonly minSide: number;
  /** Time for decoding (default 10 000 ms). */
  readonly timeoutMs: number;
}

export const DEFAULT_IMAGE_LIMITS: ImageLimits = {
  maxBytes: 20 * 1024 * 1024,
  maxPixels: 50_000_000,
  minSide: 1,
  timeoutMs: 10_000,
};
