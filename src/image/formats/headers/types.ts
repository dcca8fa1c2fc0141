import type { Orientation } from './exif.ts';

/** What the head of a file says, before anything is decoded. */
interface Header {
  /** Pixels as stored, before EXIF rotation. */
  readonly width: number;
  /** Pixels as stored, before EXIF rotation. */
  readonly height: number;
  readonly orientation: Orientation;
  /** Pictures that are shown one after another; absent where the format or the file has one. */
  readonly frames?: number;
}

export interface JpegHeader extends Header {
  readonly format: 'jpeg';
  readonly coding: 'baseline' | 'extended' | 'progressive' | 'other';
  /** Bits a sample. */
  readonly precision: number;
  readonly components: number;
  /** Colour transform that Adobe's marker names: 0 none, 1 YCbCr, 2 YCCK. */
  readonly adobeTransform: number | undefined;
  /** The ICC profile, put together from its parts. */
  readonly profile: Uint8Array | undefined;
  /** Stored samples per pixel: 3 for 4:4:4, 1.5 for 4:2:0. */
  readonly samplesPerPixel: number;
  /** Passes over the picture: 1 for nearly all that is not progressive. */
  readonly scans: number;
}

export interface WebpHeader extends Header {
  readonly format: 'webp';
  readonly animated: boolean;
  readonly lossless: boolean;
}

export interface PngHeader extends Header {
  readonly format: 'png';
  /** Bits of all samples of a pixel; those of a palette count as the colours that they stand for. */
  readonly bitsPerPixel: number;
  /** Stored in seven passes, so that it cannot be decoded row by row. */
  readonly interlaced: boolean;
}

export interface GifHeader extends Header {
  readonly format: 'gif';
  readonly frames: number;
}

export interface TiffHeader extends Header {
  readonly format: 'tiff';
  /** Bits of all samples of a pixel. */
  readonly bitsPerPixel: number;
  /** Pixels of one tile; 0 where there are strips. */
  readonly tilePixels: number;
}

export interface AvifHeader extends Header {
  readonly format: 'avif';
  /** Pixels of the largest picture in the file. */
  readonly codedPixels: number;
}

export interface BmpFileHeader extends Header {
  readonly format: 'bmp';
}

export type PictureHeader =
  | JpegHeader
  | WebpHeader
  | PngHeader
  | GifHeader
  | TiffHeader
  | AvifHeader
  | BmpFileHeader;
