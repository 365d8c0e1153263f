/** Numbers in order: an array of any kind, with what arrays of all kinds can do. */
export type Series =
  & ArrayLike<number>
  & Iterable<number>
  & Pick<readonly number[], "at" | "indexOf" | "keys">;

/**
 * A loss curve with the learning rate of every step, whatever schedule it followed; what reads or records one gives
 * `LossCurve<Float64Array>`.
 */
export interface LossCurve<Numbers extends Series = Series> {
  /** What the run is called, for messages and figures. */
  name: string;
  /** The learning rate of every optimizer step from the first, warm-up included; the index is the step. */
  learningRates: Float64Array;
  /** The steps at which the loss was measured, ascending, each an index of `learningRates`. */
  steps: Numbers;
  /** The loss at those steps, in nats per token. */
  losses: Numbers;
  /**
   * How many first steps have no learning rate of their own but the first that was logged, which already falls: a branch's past
   * that no log shows. Left out where there are none.
   */
  heldSteps?: number;
}
