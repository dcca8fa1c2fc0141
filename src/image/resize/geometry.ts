import type { InputSpec } from '../input-spec.ts';
import type { Placement } from '../types.ts';

/** Where a picture goes in the model's rectangle, in whole pixels. */
export interface Geometry {
  /** Size of the whole resized picture. */
  readonly resizedWidth: number;
  readonly resizedHeight: number;
  /** The part of the resized picture that is wanted. */
  readonly cropX: number;
  readonly cropY: number;
  readonly cropWidth: number;
  readonly cropHeight: number;
  /** The tensor's rectangle, and where the part lies in it. */
  readonly canvasWidth: number;
  readonly canvasHeight: number;
  readonly left: number;
  readonly top: number;
  /** Colour around the part, RGB 0..255. */
  readonly fill: readonly [number, number, number];
}

const BLACK = [0, 0, 0] as const;

/**
 * Resolves a resize rule for one picture, with the rounding of torchvision (`Resize`, `CenterCrop`) for `crop` and that
 * of the YOLO family for `letterbox`.
 *
 * @param width picture width, pixels
 * @param height picture height, pixels
 */
export function resolveGeometry(width: number, height: number, spec: InputSpec): Geometry {
  const { resize } = spec;
  switch (resize.rule) {
    case 'squash':
      return whole(spec.width, spec.height);
    case 'none': {
      const ratio = Math.min(1, resize.longestSide / Math.max(width, height));
      return whole(Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio)));
    }
    case 'crop': {
      const short = Math.min(width, height);
      const long = Math.trunc((resize.shorterSide * Math.max(width, height)) / short);
      const resizedWidth = width <= height ? resize.shorterSide : long;
      const resizedHeight = width <= height ? long : resize.shorterSide;
      const x = cut(resizedWidth, spec.width);
      const y = cut(resizedHeight, spec.height);
      return {
        resizedWidth,
        resizedHeight,
        cropX: x.from,
        cropY: y.from,
        cropWidth: x.count,
        cropHeight: y.count,
        canvasWidth: spec.width,
        canvasHeight: spec.height,
        left: x.at,
        top: y.at,
        fill: BLACK,
      };
    }
    case 'letterbox': {
      const fit = Math.min(spec.width / width, spec.height / height);
      const ratio = resize.enlarge ? fit : Math.min(1, fit);
      const w = Math.min(spec.width, Math.max(1, Math.round(width * ratio)));
      const h = Math.min(spec.height, Math.max(1, Math.round(height * ratio)));
      const center = resize.anchor === 'center';
      return {
        ...whole(w, h),
        canvasWidth: spec.width,
        canvasHeight: spec.height,
        left: center ? Math.floor((spec.width - w) / 2) : 0,
        top: center ? Math.floor((spec.height - h) / 2) : 0,
        fill: resize.fill,
      };
    }
  }
}

/**
 * The way from tensor coordinates back to the picture.
 *
 * @param width picture width, pixels
 * @param height picture height, pixels
 */
export function placementOf(width: number, height: number, g: Geometry): Placement {
  return {
    scaleX: g.resizedWidth / width,
    scaleY: g.resizedHeight / height,
    offsetX: g.left - g.cropX,
    offsetY: g.top - g.cropY,
    inputWidth: g.canvasWidth,
    inputHeight: g.canvasHeight,
  };
}

function whole(width: number, height: number): Geometry {
  return {
    resizedWidth: width,
    resizedHeight: height,
    cropX: 0,
    cropY: 0,
    cropWidth: width,
    cropHeight: height,
    canvasWidth: width,
    canvasHeight: height,
    left: 0,
    top: 0,
    fill: BLACK,
  };
}

/** Cuts the middle out of `have` samples, or places them in the middle of `want` when there are fewer. */
function cut(have: number, want: number): { from: number; count: number; at: number } {
  if (have >= want) return { from: roundHalfEven((have - want) / 2), count: want, at: 0 };
  return { from: 0, count: have, at: Math.floor((want - have) / 2) };
}

/** Python's `round`, which torchvision's `CenterCrop` uses: halves go to the even neighbour. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
