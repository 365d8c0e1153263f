import type { Rows } from "./_rows.ts";

/** A fit: what predicts the target of a mixture. Free it by `using`, as trees live outside of JavaScript. */
export interface MixtureModel extends Disposable {
  /** The predicted target of each row of shares. */
  predict(x: Rows): Float64Array;
  /** What was fitted, in a few words: rounds, length scale, floor. */
  readonly summary: string;
}

/** A way to regress a target, such as one domain's loss, on mixtures. All have this one form. */
export interface MixtureRegressor {
  /** Its name in tables. */
  readonly name: string;
  /**
   * Fit to mixtures and their targets.
   *
   * @param x One array of shares a mixture, domains in one order.
   * @param y One target a mixture.
   */
  fit(x: Rows, y: ArrayLike<number>): Promise<MixtureModel>;
}
