import { ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { seriesChannels } from "./_series.ts";
import { describe, listed, numberAxis, rangeOf, said, tip, valueAxis } from "./_text.ts";
import { heading, ink, type Spec, themed } from "./_theme.ts";

/** One measured loss curve and what a law says of it. */
export interface FittedCurve {
  /** The run's name. */
  name: string;
  /** Whether the law was fitted to it, or has not seen it. */
  part: "train" | "held-out";
  /** The optimiser steps of the measurements. */
  steps: ArrayLike<number>;
  /** The measured losses, in nats per token. */
  measured: ArrayLike<number>;
  /** The law's losses at the same steps. */
  fitted: ArrayLike<number>;
}

/** Options of {@linkcode lossCurveFit}. */
export interface LossCurveFitOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** The most points drawn a curve; the last one is kept. @default {150} */
  points?: number;
  /** Every curve that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

const PARTS = { "train": "fitted to", "held-out": "held out" } as const;

/**
 * Measured loss curves with a law through them, and what the law leaves: the curves that it was fitted to at the left, those
 * that it has not seen at the right, residuals beneath on one scale.
 *
 * @throws {RangeError} If there is no curve, or a curve's arrays differ in length, are empty or hold a value that is not finite.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lossCurveFit } from "midtrain/figure";
 *
 * const curve = { name: "cosine", part: "train", steps: [10, 20], measured: [3, 2.8], fitted: [3.01, 2.79] } as const;
 * assert.equal((lossCurveFit([curve]).hconcat as unknown[]).length, 1);
 * ```
 */
export function lossCurveFit(curves: readonly FittedCurve[], options: LossCurveFitOptions = {}): Spec {
  takes("Cannot draw a fit", options, "title?, points?, colors?");
  ofKind("Cannot draw a fit", { curves }, "a list of objects with name, part, steps, measured, fitted");
  const { title, points = 150, colors } = options;
  needsOne("Cannot draw a fit", "a curve", curves);
  const values = curves.flatMap((curve) => rows(curve, points));
  const present = (["train", "held-out"] as const).filter((part) => curves.some((one) => one.part === part));
  const width = present.length === 1 ? 560 : 270;
  const losses = values.flatMap(({ measured, fitted }) => [measured, fitted]);
  const worst = values.reduce((most, { residual }) => Math.max(most, Math.abs(residual)), 0);
  const level: [number, number] = [
    losses.reduce((a, b) => Math.min(a, b)),
    losses.reduce((a, b) => Math.max(a, b)),
  ];
  const every = curves.map(({ name }) => name);
  const tooltip = [
    tip("curve", "curve"),
    tip("step", "optimiser step", ","),
    tip("measured", "measured, nats per token", ".4f"),
    tip("fitted", "by the law, nats per token", ".4f"),
    tip("residual", "measured − fitted", ".5f"),
  ];
  const column = (part: FittedCurve["part"], i: number) => {
    const names = curves.filter((curve) => curve.part === part).map(({ name }) => name);
    const channels = seriesChannels(names, {
      field: "curve",
      mark: "line",
      colors: colors ?? every,
      width,
      legend: { symbolOpacity: 1, orient: "bottom", columns: width > 300 ? 4 : 2 },
    });
    const x = (labelled: boolean) => ({
      field: "step",
      type: "quantitative",
      title: labelled ? "optimiser step" : null,
      scale: { zero: false, nice: false },
      axis: { ...numberAxis("~s"), tickCount: 5, labels: labelled },
    });
    const y = (field: string, title: string, domain: [number, number], ticks: number) => ({
      field,
      type: "quantitative",
      title,
      scale: { domain, nice: true },
      axis: { tickCount: ticks, ...valueAxis(domain), ...(i === 0 ? {} : { title: null }) },
    });
    return {
      title: { text: PARTS[part], fontSize: 12, anchor: "middle", offset: 4 },
      data: { values: values.filter((row) => row.part === part) },
      spacing: 12,
      vconcat: [
        {
          width,
          height: 230,
          encoding: { x: x(false), tooltip },
          layer: [
            {
              mark: { type: "point", size: 12, opacity: 0.35 },
              encoding: { y: y("measured", "loss (nats per token)", level, 6), color: channels.color },
            },
            {
              mark: { type: "line", strokeWidth: 1.5 },
              encoding: { y: y("fitted", "loss (nats per token)", level, 6), ...channels },
            },
          ],
        },
        {
          width,
          height: 90,
          layer: [
            { mark: { type: "rule", color: ink.soft }, encoding: { y: { datum: 0 } } },
            {
              mark: { type: "line", strokeWidth: 1.2 },
              encoding: {
                x: x(true),
                y: y("residual", "measured − fitted", [-worst, worst], 4),
                ...channels,
                tooltip,
              },
            },
          ],
        },
      ],
    };
  };
  return themed({
    title: heading(title, "dots: measured; lines: the law"),
    description: describe(
      title,
      ...present.map((part) =>
        `Measured losses and the law's for curves ${PARTS[part]}: ${
          listed(curves.filter((curve) => curve.part === part).map(({ name }) => name))
        }`
      ),
      `Losses ${rangeOf(losses)} nats per token; the law is off by ${said(worst)} at most`,
    ),
    spacing: 26,
    hconcat: present.map(column),
    resolve: {
      scale: { color: "independent", strokeDash: "independent" },
      legend: { color: "independent", strokeDash: "independent" },
    },
  });
}

function rows({ name, part, steps, measured, fitted }: FittedCurve, points: number) {
  if (steps.length === 0 || measured.length !== steps.length || fitted.length !== steps.length) {
    throw new RangeError(
      `Cannot draw a fit as steps, measured and fitted must have one length > 0: "${name}" has ${steps.length}, ${measured.length} and ${fitted.length}`,
    );
  }
  const last = steps.length - 1;
  const count = Math.min(points, steps.length);
  const kept = Array.from(
    { length: count },
    (_, i) => Math.round(last - (count - 1 - i) * last / (count - 1 || 1)),
  );
  return kept.map((i) => {
    const residual = measured[i] - fitted[i];
    if (!Number.isFinite(residual)) {
      throw new RangeError(
        `Cannot draw a fit as losses must be finite: "${name}" has ${measured[i]} and ${fitted[i]} at step ${
          steps[i]
        }`,
      );
    }
    return { curve: name, part, step: steps[i], measured: measured[i], fitted: fitted[i], residual };
  });
}
