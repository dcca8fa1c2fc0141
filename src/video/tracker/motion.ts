/**
 * Kalman filters with constant velocity. All covariances of the published trackers are diagonal at the start and stay
 * so between coordinates, hence a box is four filters of two states each, and no matrix is ever inverted.
 *
 * @module
 */

/** What the filter follows besides the centre: ratio and height, width and height, or area and ratio. */
export type MotionModel = 'xyah' | 'xywh' | 'xysr';

/** Box as the filter sees it: centre x, centre y and the two numbers of the model. */
export type Measurement = readonly [number, number, number, number];

/** Corners: left, top, right, bottom. */
export type Corners = readonly [number, number, number, number];

/** Standard deviations of one prediction step and of a measurement. */
interface Noise {
  readonly position: Measurement;
  readonly velocity: Measurement;
  readonly measured: Measurement;
}

const POSITION_WEIGHT = 1 / 20;
const VELOCITY_WEIGHT = 1 / 160;

/** A box as what the model measures. */
export function measure(model: MotionModel, [left, top, right, bottom]: Corners): Measurement {
  const width = right - left;
  const height = bottom - top;
  const x = left + width / 2;
  const y = top + height / 2;
  if (model === 'xywh') return [x, y, width, height];
  return model === 'xyah' ? [x, y, width / height, height] : [x, y, width * height, width / height];
}

/** The box of a state; corners are NaN where the state is no box (an area below 0). */
export function cornersOf(
  model: MotionModel,
  [x = 0, y = 0, c = 0, d = 0]: ArrayLike<number> & Iterable<number>,
): Corners {
  let [width, height] = [c, d];
  if (model === 'xyah') width = c * d;
  if (model === 'xysr') {
    width = Math.sqrt(c * d);
    height = c / width;
  }
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

/** Position, velocity and covariance of four coordinates. */
export class Motion {
  readonly model: MotionModel;
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  /** Variance of the position, covariance, variance of the velocity. */
  readonly pp = new Float64Array(4);
  readonly pv = new Float64Array(4);
  readonly vv = new Float64Array(4);

  constructor(model: MotionModel, measured: Measurement) {
    this.model = model;
    this.position = Float64Array.from(measured);
    this.velocity = new Float64Array(4);
    const start = startNoise(model, measured);
    for (let i = 0; i < 4; i += 1) {
      this.pp[i] = (start.position[i] ?? 0) ** 2;
      this.vv[i] = (start.velocity[i] ?? 0) ** 2;
    }
  }

  /**
   * Moves on.
   *
   * @param steps of 1/30 s, the step for which the noise is given; may be a fraction
   * @param velocityNoise factor of the variance that the velocity gains
   */
  predict(steps: number, velocityNoise = 1): void {
    const noise = stepNoise(this.model, this.position);
    for (let i = 0; i < 4; i += 1) {
      const qp = (noise.position[i] ?? 0) ** 2;
      const qv = velocityNoise * (noise.velocity[i] ?? 0) ** 2;
      const [pp, pv, vv] = [this.pp[i] ?? 0, this.pv[i] ?? 0, this.vv[i] ?? 0];
      this.position[i] = (this.position[i] ?? 0) + steps * (this.velocity[i] ?? 0);
      // The noise of n single steps, each of which adds to the position what the velocity gained before.
      const more = Math.max(0, steps - 1);
      this.pp[i] =
        pp + 2 * steps * pv + steps * steps * vv + steps * qp + ((more * steps * (2 * steps - 1)) / 6) * qv;
      this.pv[i] = pv + steps * vv + ((more * steps) / 2) * qv;
      this.vv[i] = vv + steps * qv;
    }
  }

  /** Takes in a measurement. */
  update(measured: Measurement): void {
    const noise = stepNoise(this.model, this.position);
    for (let i = 0; i < 4; i += 1) {
      const [pp, pv, vv] = [this.pp[i] ?? 0, this.pv[i] ?? 0, this.vv[i] ?? 0];
      const total = pp + (noise.measured[i] ?? 0) ** 2;
      const gain = pp / total;
      const velocityGain = pv / total;
      const surprise = (measured[i] ?? 0) - (this.position[i] ?? 0);
      this.position[i] = (this.position[i] ?? 0) + gain * surprise;
      this.velocity[i] = (this.velocity[i] ?? 0) + velocityGain * surprise;
      this.pp[i] = (1 - gain) * pp;
      this.pv[i] = (1 - gain) * pv;
      this.vv[i] = vv - velocityGain * pv;
    }
  }

  /** Where it is. */
  corners(): Corners {
    return cornersOf(this.model, this.position);
  }

  copy(): Motion {
    const copy = new Motion(this.model, [0, 0, 0, 0]);
    copy.assign(this);
    return copy;
  }

  /** Takes over the state of another filter. */
  assign(other: Motion): void {
    for (const field of ['position', 'velocity', 'pp', 'pv', 'vv'] as const) this[field].set(other[field]);
  }
}

function stepNoise(model: MotionModel, state: ArrayLike<number>): Noise {
  if (model === 'xysr') {
    return {
      position: [1, 1, 1, 1],
      velocity: [0.1, 0.1, 0.01, 0],
      measured: [1, 1, Math.sqrt(10), Math.sqrt(10)],
    };
  }
  const height = state[3] ?? 0;
  const p = POSITION_WEIGHT * height;
  const v = VELOCITY_WEIGHT * height;
  if (model === 'xyah') {
    return { position: [p, p, 1e-2, p], velocity: [v, v, 1e-5, v], measured: [p, p, 1e-1, p] };
  }
  const width = state[2] ?? 0;
  const pw = POSITION_WEIGHT * width;
  const vw = VELOCITY_WEIGHT * width;
  return { position: [pw, p, pw, p], velocity: [vw, v, vw, v], measured: [pw, p, pw, p] };
}

function startNoise(model: MotionModel, measured: Measurement): Pick<Noise, 'position' | 'velocity'> {
  if (model === 'xysr') {
    const spread = Math.sqrt(10);
    return { position: [spread, spread, spread, spread], velocity: [100, 100, 100, 0] };
  }
  const { position, velocity } = stepNoise(model, measured);
  const [px, py, pc, pd] = position;
  const [vx, vy, vc, vd] = velocity;
  // The ratio's are not widened: it hardly changes.
  const [widerPosition, widerVelocity] = model === 'xyah' ? [1, 1] : [2, 10];
  return {
    position: [2 * px, 2 * py, widerPosition * pc, 2 * pd],
    velocity: [10 * vx, 10 * vy, widerVelocity * vc, 10 * vd],
  };
}
