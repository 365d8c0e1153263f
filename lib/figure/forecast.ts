import { ofKind, takes } from "../base/mod.ts";
import { seriesChannels } from "./_series.ts";
import { describe, formatOf, listed, rangeOf, said, tip, valueAxis } from "./_text.ts";
import { ink, type Spec, themed } from "./_theme.ts";

/** A measured curve and what laws said of it before they saw it. */
export interface ForecastData {
  /** The measured losses, in nats per token. */
  measured: readonly { step: number; loss: number }[];
  /** Each law's predictions. */
  predicted: readonly { law: string; step: number; loss: number }[];
}

/** Options of {@linkcode forecast}. */
export interface ForecastOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** What the losses are, with their unit. @default {"loss, nats per token"} */
  loss?: string;
  /** The step from which the laws had seen nothing; a labelled line stands there. @default {none} */
  unseenFrom?: number;
  /** Every law's name that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * Measured losses as dots, and the lines that laws predicted for them.
 *
 * @throws {TypeError} If nothing was measured or a loss or a step is not finite.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { forecast } from "midtrain/figure";
 *
 * const measured = [{ step: 10, loss: 3.1 }, { step: 20, loss: 2.9 }];
 * const predicted = measured.map(({ step, loss }) => ({ law: "momentum", step, loss: loss + 0.01 }));
 * assert(Array.isArray(forecast({ measured, predicted }, { unseenFrom: 10 }).layer));
 * ```
 */
export function forecast(data: ForecastData, options: ForecastOptions = {}): Spec {
  takes("Cannot draw a forecast", options, "title?, loss?, unseenFrom?, colors?");
  ofKind("Cannot draw a forecast", { data }, "an object with measured, predicted");
  const { title, loss: lossTitle = "loss, nats per token", unseenFrom, colors } = options;
  const values = [
    ...data.measured.map(({ step, loss }) => ({ series: "measured", step, loss })),
    ...data.predicted.map(({ law, step, loss }) => ({ series: law, step, loss })),
  ];
  const bad = values.find(({ step, loss }) => !Number.isFinite(step) || !Number.isFinite(loss));
  if (data.measured.length === 0 || bad) {
    const what = bad ? `${bad.series} ${bad.loss} at step ${bad.step}` : "nothing measured";
    throw new TypeError(
      `Cannot draw a forecast as it needs finite measured and predicted losses: it has ${what}`,
    );
  }
  const laws = [...new Set(data.predicted.map(({ law }) => law))];
  const encoding = {
    x: {
      field: "step",
      type: "quantitative",
      title: "optimiser step",
      scale: { zero: false, nice: false, padding: 6 },
    },
    y: {
      field: "loss",
      type: "quantitative",
      title: lossTitle,
      scale: { zero: false },
      axis: { tickCount: 6, ...valueAxis(values.map((point) => point.loss)) },
    },
  };
  // A scale of its own, as its legend shows a dot among lines.
  const measured = {
    field: "series",
    type: "nominal",
    title: null,
    scale: { domain: ["measured"], range: [ink.text] },
    legend: { orient: "top", symbolType: "circle", symbolStrokeColor: "transparent" },
  };
  const tooltip = [
    tip("series", "what"),
    tip("step", "optimiser step", ","),
    tip("loss", lossTitle, formatOf(values.map((point) => point.loss))),
  ];
  const line = { field: "series", mark: "line", colors, legend: { orient: "top" } } as const;
  return themed({
    title,
    description: describe(
      title,
      `Measured ${lossTitle} as dots, ${
        rangeOf(data.measured.map((point) => point.loss))
      }, over optimiser steps ${rangeOf(data.measured.map(({ step }) => step))}; lines of what ${
        listed(laws)
      } predicted, ${rangeOf(data.predicted.map((point) => point.loss))}`,
      ...(unseenFrom === undefined ? [] : [`The laws had seen nothing from step ${said(unseenFrom)} on`]),
    ),
    data: { values },
    layer: [
      ...(unseenFrom === undefined ? [] : [{
        data: { values: [{ unseenFrom, text: "not seen from here" }] },
        encoding: { x: { field: "unseenFrom", type: "quantitative" } },
        layer: [
          { mark: { type: "rule", strokeDash: [5, 4], color: ink.soft } },
          {
            mark: { type: "text", align: "left", dx: 5, y: 8, color: ink.soft },
            encoding: { text: { field: "text", type: "nominal" } },
          },
        ],
      }]),
      {
        transform: [{ filter: "datum.series !== 'measured'" }],
        mark: "line",
        encoding: { ...encoding, ...seriesChannels(laws, line), tooltip },
      },
      {
        transform: [{ filter: "datum.series === 'measured'" }],
        mark: { type: "point", size: 40, opacity: 1 },
        encoding: { ...encoding, fill: measured, tooltip },
      },
    ],
  });
}
