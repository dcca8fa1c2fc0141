import type { PictureFormat } from '../../types.ts';
import type { Orientation } from './exif.ts';

/** What the head of a file says, before anything is decoded. */
interface Header {
  /** Pixels as stored, before EXIF rotation. */
  readonly width: number;
  /** Pixels as stored, before EXIF rotation. */
  readonly height: number;
  readonly orientation: Orientation;
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
}

export interface WebpHeader extends Header {
  readonly format: 'webp';
  readonly animated: boolean;
}

export interface OtherHeader extends Header {
  readonly format: Exclude<PictureFormat, 'jpeg' | 'webp'>;
}

export type PictureHeader = JpegHeader | WebpHeader | OtherHeader;
