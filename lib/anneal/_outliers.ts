import { inRange, mean, takes, wholeNumber } from "../base/mod.ts";

/** Options of leaving out steps that are outliers. */
export interface SkipOutliersOptions {
  /** Deviations above the mean from which on a loss or a gradient norm is an outlier. @default {6} */
  sigmas?: number;
  /** Steps that mean and deviation are taken over. @default {128} */
  window?: number;
}

/** Losses and gradient norms of the newest steps, oldest first. */
export interface RecentSteps {
  /** Losses in nats per token. */
  losses: number[];
  /** Norms of all gradients together, before clipping. */
  gradientNorms: number[];
}

/** Fill in defaults and check ranges. */
export function checkSkipOutliers(options: SkipOutliersOptions): Required<SkipOutliersOptions> {
  const cannot = "Cannot skip outliers";
  takes(cannot, options, "sigmas?, window?");
  const { sigmas = 6, window = 128 } = options;
  inRange(cannot, { sigmas }, "a finite number > 0");
  wholeNumber(cannot, { window }, ">= 4");
  return { sigmas, window };
}

/**
 * Tells which steps are outliers: loss or gradient norm lies more than some deviations above the mean of the steps before,
 * as OLMo-core's SkipStep optimisers have it. Every step enters the window, an outlier too; before half a window there is none.
 */
export class OutlierWatch {
  readonly #options: Required<SkipOutliersOptions>;
  readonly #recent: RecentSteps;

  constructor(
    options: Required<SkipOutliersOptions>,
    recent: RecentSteps = { losses: [], gradientNorms: [] },
  ) {
    this.#options = options;
    this.#recent = { losses: [...recent.losses], gradientNorms: [...recent.gradientNorms] };
  }

  /** Whether a step is no outlier; it enters the window. */
  accepts({ loss, gradientNorm }: { loss: number; gradientNorm: number }): boolean {
    const { losses, gradientNorms } = this.#recent;
    const { sigmas, window } = this.#options;
    const known = losses.length + 1 >= Math.max(2, Math.floor(window / 2)) && losses.length >= 2;
    const usual = (value: number, before: readonly number[]) =>
      value - mean(before) <= sigmas * deviation(before);
    const accepted = !known || (usual(loss, losses) && usual(gradientNorm, gradientNorms));
    for (const [values, value] of [[losses, loss], [gradientNorms, gradientNorm]] as const) {
      values.push(value);
      if (values.length > window) values.shift();
    }
    return accepted;
  }

  /** The window: a watch given this goes on to the same answers. */
  recent(): RecentSteps {
    const { losses, gradientNorms } = this.#recent;
    return { losses: [...losses], gradientNorms: [...gradientNorms] };
  }
}

/** The deviation of a sample. */
function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
