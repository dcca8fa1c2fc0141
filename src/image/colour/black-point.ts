import type { Curve } from './curves.ts';
import type { DeviceModel } from './device-model.ts';

/** The lightest that lcms takes for black: L* 50. */
const MAX_BLACK = ((50 + 16) / 116) ** 3;

/**
 * Black point compensation (ISO 18619): moves a device's black to that of sRGB, which is zero, and leaves white where it is.
 * ISO's formula scales XYZ towards white; as the colorants add up to white, scaling the curves comes to the same.
 */
export function withoutBlack(model: DeviceModel): DeviceModel {
  const black = Math.min(MAX_BLACK, luminanceOfBlack(model));
  if (black <= 0) return model;
  const scaled =
    (curve: Curve): Curve =>
    (encoded) =>
      Math.max(0, (curve(encoded) - black) / (1 - black));
  if (model.kind === 'grey') return { ...model, curve: scaled(model.curve) };
  const [red, green, blue] = model.curves;
  return { ...model, curves: [scaled(red), scaled(green), scaled(blue)] };
}

function luminanceOfBlack(model: DeviceModel): number {
  if (model.kind === 'grey') return model.curve(0);
  return model.curves.reduce((sum, curve, i) => sum + curve(0) * (model.colorants[i]?.[1] ?? 0), 0);
}
