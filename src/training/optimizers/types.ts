/** Changes weights by their gradients. State is one array for each kind, as long as all weights together. */
export interface Optimizer {
  /** What must be kept to go on later, e.g. running means. */
  readonly state: readonly Float32Array[];
  /** Steps taken so far; settable, to go on later. */
  steps: number;
  /** Begins a step. @param rate learning rate */
  begin(rate: number): void;
  /**
   * Changes the weights of one tensor in place.
   *
   * @param weights all weights
   * @param offset where the tensor begins
   * @param gradient as long as the tensor
   * @param decay decoupled weight decay, a factor of the learning rate
   */
  update(weights: Float32Array, offset: number, gradient: Float32Array, decay: number): void;
}
