import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { srgbConverter } from '../../../src/image/colour/srgb-converter.ts';
import {
  COLORANTS,
  curv,
  gammaCurve,
  greyProfile,
  iccProfile,
  parametricCurve,
  rgbProfile,
} from './profiles.ts';

const SENTINEL = 123;

/** Converts a few pixels when the profile can; the rest of the memory must stay as it was. */
function convertAll(profile: Uint8Array): void {
  for (const components of [1, 3] as const) {
    const rgb = Uint8Array.from({ length: 33 }, (_, i) => (i < 30 ? (i * 77) & 255 : SENTINEL));
    srgbConverter(profile, components)?.convert(rgb, 10);
    expect([...rgb.subarray(30)]).toEqual([SENTINEL, SENTINEL, SENTINEL]);
  }
}

const anyFixed = fc.double({ min: -32768, max: 32767.9, noNaN: true });
const anyCurve = fc.oneof(
  fc.double({ min: 0, max: 255, noNaN: true }).map(gammaCurve),
  fc.array(fc.nat(65535), { maxLength: 20 }).map(curv),
  fc
    .tuple(fc.nat(6), fc.array(anyFixed, { maxLength: 8 }))
    .map(([type, values]) => parametricCurve(type, values)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);
const anyColorants = fc.oneof(
  fc.array(anyFixed, { minLength: 9, maxLength: 9 }),
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 9, maxLength: 9 }),
  fc.constantFrom(...Object.values(COLORANTS)),
);

const whole = [
  rgbProfile(COLORANTS.adobe, gammaCurve(2.2)),
  rgbProfile(
    COLORANTS.p3,
    parametricCurve(4, [2.4, 0.9, 0.1, 0.07, 0.04, 0, 0]),
    curv([0, 9, 65535]),
    curv([]),
  ),
  greyProfile(curv([0, 20000, 65535])),
];

describe('hostile profiles', () => {
  it('of random bytes convert nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(srgbConverter(bytes, 3)).toBeUndefined();
        convertAll(bytes);
      }),
    );
  });

  it('cut short at any place do no harm', () => {
    for (const profile of whole) {
      for (let length = 0; length <= profile.length; length++) convertAll(profile.subarray(0, length));
      // A byte short is a tag short.
      expect(
        srgbConverter(profile.subarray(0, profile.length - 1), profile === whole[2] ? 1 : 3),
      ).toBeUndefined();
    }
  });

  it('with any bytes changed do no harm', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...whole), changes, (profile, replaced) => {
        const changed = Buffer.from(profile);
        for (const [at, value] of replaced) changed[at % changed.length] = value;
        convertAll(changed);
      }),
      { numRuns: 2000 },
    );
  });

  it('with any curves and colorants do no harm', () => {
    fc.assert(
      fc.property(anyColorants, anyCurve, anyCurve, anyCurve, (colorants, red, green, blue) => {
        convertAll(rgbProfile(colorants, red, green, blue));
        convertAll(greyProfile(red));
      }),
      { numRuns: 1000 },
    );
  });

  it('that claim millions of samples or tags are not believed', () => {
    const curve = curv([1, 2, 3]);
    curve.writeUInt32BE(0xffffffff, 8);
    expect(srgbConverter(rgbProfile(COLORANTS.adobe, curve), 3)).toBeUndefined();
    const tags = iccProfile({ tags: {} });
    tags.writeUInt32BE(0xffffffff, 128);
    expect(srgbConverter(tags, 3)).toBeUndefined();
  });

  it('with a tag twice are nobody’s guess', () => {
    const profile = rgbProfile(COLORANTS.adobe, gammaCurve(2.2), undefined, undefined, {
      xTRC: gammaCurve(1),
    });
    expect(srgbConverter(profile, 3)).toBeDefined();
    expect(
      srgbConverter(Buffer.from(profile.toString('latin1').replace('xTRC', 'rTRC'), 'latin1'), 3),
    ).toBeUndefined();
  });

  it('are not mixed up with others when their bytes change after use', () => {
    const first = rgbProfile(COLORANTS.adobe, gammaCurve(3));
    const second = rgbProfile(COLORANTS.adobe, gammaCurve(1));
    const convert = (profile: Uint8Array) => {
      const rgb = Uint8Array.of(10, 100, 200);
      srgbConverter(profile, 3)?.convert(rgb, 1);
      return [...rgb];
    };
    const [light, dark] = [convert(second), convert(first)];
    expect(dark).not.toEqual(light);
    second.copy(first);
    expect(convert(first)).toEqual(light);
  });
});
