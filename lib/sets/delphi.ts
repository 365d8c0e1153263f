import table from "./delphi.json" with { type: "json" };
import { type PublicSet, publicSet } from "./public_set.ts";

/** A run of the Delphi grid: one base model, mid-trained on one mixture at one rate. */
export interface DelphiRun {
  /** The base model by its pre-training FLOP, for example `3e18`. */
  scale: string;
  /** Pre-training FLOP, as the scale's name says. */
  flops: number;
  /** Parameters of the model, rounded as published. */
  params: number;
  /** Tokens of its pre-training, rounded as published. */
  pretrainTokens: number;
  /** Tokens of its mid-training: steps times batch times 4,096; a fifth of the pre-training's, nearly. */
  tokens: number;
  /** The mixture by percent of replay and of maths: `p33m67`, `p50m50` or `p67m33`. */
  mix: string;
  /** The share of maths in it, in [0, 1]. */
  maths: number;
  /** The peak rate as a share of that of the pre-training: .33, .5, .67 or .83. */
  rate: number;
  /** The last loss on 12,500 sequences of maths held out of the training set, in nats per token; absent where it was not found. */
  loss?: number;
  /** That loss as another program of theirs measured it on the last checkpoint; for `p33m67`. */
  remeasured?: number;
  /** The loss on those of the documents that have no near-duplicate in the training set, in nats per token; for `p33m67`. */
  decontaminated?: number;
}

/**
 * Marin's grid of mid-training runs: nine sizes of the Delphi suite, three mixtures of replay and maths, four rates. 104 of the
 * 108 final losses were found, `delphi.json` has the locus of each number; scales ascend.
 *
 * Their held-out maths has near-duplicates in the training set (Jaccard similarity of 5-grams from .5 on): the larger the model
 * and the share of maths, the more of them it sees, and the lower is `loss` for that reason alone. `decontaminated` leaves
 * them out. The rows that the issues call 1e20 are not in it, as their base is not of the suite.
 *
 * Their list of checkpoints to go on with has the cells of least loss here, but for `p67m33` at 1e22: .33, where .5 is least.
 * The sources differ on the steps of seven scales (a table of plans has 7,467 for 3e18; its runs end after 7,400: those steps
 * are here) and on the schedule: 500 steps of warm-up and a floor of a tenth of the peak in the issue, 250 steps or a tenth of
 * the run and a floor of zero in the logs; linear in all.
 */
export const delphi: PublicSet<DelphiRun> = publicSet({
  name: "delphi",
  title: "Final losses of Marin's mid-training grid: nine sizes, three mixtures, four rates",
  licence: "facts; the repository of Marin is Apache-2.0, that of the pages states none",
  origin: { kind: "typed", from: "pages of ahmeda14960.github.io and marin-community/marin" },
  files: {},
  async *read() {
    for (const [scale, at] of Object.entries(table.scales)) {
      for (const [mix, losses] of Object.entries(at.losses)) {
        for (const [i, rate] of table.rates.entries()) {
          const loss = losses[i];
          yield {
            scale,
            flops: Number(scale),
            params: at.params,
            pretrainTokens: at.pretrainTokens,
            tokens: at.steps * at.batch * SEQUENCE,
            mix,
            maths: Number(mix.slice(4)) / 100,
            rate,
            ...(loss === null ? {} : { loss }),
            ...(mix === "p33m67"
              ? { remeasured: at.remeasured[i], decontaminated: at.decontaminated[i] }
              : {}),
          };
        }
      }
    }
  },
});

/** Tokens of a sequence. */
const SEQUENCE = 4096;
