import { ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { endLabels } from "./_labels.ts";
import { seriesChannels } from "./_series.ts";
import { describe, listed, numberAxis, rangeOf, tip } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** The rotary embedding of one extension, against the plain one. */
export interface WavelengthLine {
  /** The extension's name. */
  name: string;
  /** Radians a position turns each pair by. */
  inverseFrequencies: ArrayLike<number>;
}

/** Options of {@linkcode wavelengths}. */
export interface WavelengthsOptions {
  /** The plain embedding's inverse frequencies, one a pair. */
  original: ArrayLike<number>;
  /** The context the model was trained at, in tokens: a dashed line. */
  originalContext: number;
  /** The figure's heading. @default {none} */
  title?: string;
  /** Every extension that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * What each extension does to every wavelength: how many times longer it makes each pair's, over the length it had. Pairs
 * left of the dashed line turn at least once within the original context; pairs that stand still (frequency 0) have no
 * wavelength and are left out.
 *
 * @throws {RangeError} If a line has not one frequency a pair of the original, or a frequency is below 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wavelengths } from "midtrain/figure";
 * import { defaultRope, yarn } from "midtrain/rope";
 *
 * const original = defaultRope({ dimensions: 64 }).inverseFrequencies;
 * const { inverseFrequencies } = yarn({ dimensions: 64, factor: 8, originalContext: 4096 });
 * const spec = wavelengths([{ name: "YaRN", inverseFrequencies }], { original, originalContext: 4096 });
 * assert.ok(Array.isArray(spec.layer));
 * ```
 */
export function wavelengths(lines: readonly WavelengthLine[], options: WavelengthsOptions): Spec {
  takes("Cannot draw wavelengths", options, "original, originalContext, title?, colors?");
  ofKind("Cannot draw wavelengths", { lines }, "a list of objects with name, inverseFrequencies");
  const { original, originalContext, title, colors } = options;
  needsOne("Cannot draw wavelengths", "an extension", lines);
  const values = lines.flatMap(({ name, inverseFrequencies }) => {
    if (inverseFrequencies.length !== original.length) {
      throw new RangeError(
        `Cannot draw wavelengths as each extension needs ${original.length} frequencies: ${name} has ${inverseFrequencies.length}`,
      );
    }
    return Array.from(original).flatMap((theta, pair) => {
      const own = inverseFrequencies[pair];
      if (!(own >= 0 && own < Infinity && theta > 0)) {
        throw new RangeError(
          `Cannot draw wavelengths as frequencies must be finite and >= 0: ${name} has ${own} at pair ${pair}`,
        );
      }
      return own === 0 ? [] : [{ extension: name, wavelength: 2 * Math.PI / theta, stretch: theta / own }];
    });
  });
  needsOne("Cannot draw wavelengths", "a pair that turns", values);
  const names = lines.map((line) => line.name);
  const axes = {
    x: {
      field: "wavelength",
      type: "quantitative",
      title: "wavelength of the pair before, in tokens (log scale)",
      scale: { type: "log" },
      axis: { ...numberAxis("~s"), tickCount: 6 },
    },
    y: {
      field: "stretch",
      type: "quantitative",
      title: "wavelength after ÷ before (log scale)",
      scale: { type: "log", base: 2 },
      axis: { tickCount: 6, format: "~r" },
    },
  };
  const ends = values.map(({ extension, wavelength, stretch }) => ({
    series: extension,
    x: wavelength,
    y: stretch,
  }));
  return themed({
    title,
    description: describe(
      title,
      `How many times longer ${listed(names)} make each pair's wavelength, ${
        rangeOf(values.map(({ stretch }) => stretch))
      } times, over wavelengths ${rangeOf(values.map(({ wavelength }) => wavelength))} tokens`,
      `The model was trained at ${originalContext.toLocaleString("en")} tokens`,
    ),
    layer: [
      {
        data: { values: [{ originalContext, note: "original context" }] },
        encoding: { x: { field: "originalContext", type: "quantitative" } },
        layer: [
          { mark: { type: "rule", strokeDash: [5, 4], color: ink.soft } },
          {
            mark: { type: "text", align: "left", dx: 5, y: 300, color: ink.soft },
            encoding: { text: { field: "note", type: "nominal" } },
          },
        ],
      },
      {
        data: { values },
        mark: { type: "line", interpolate: "monotone" },
        encoding: {
          ...axes,
          ...seriesChannels(names, { field: "extension", mark: "line", colors }),
          tooltip: [
            tip("extension", "extension"),
            tip("wavelength", "wavelength before, tokens", ",.4~r"),
            tip("stretch", "wavelength after ÷ before", ".4~r"),
          ],
        },
      },
      ...(names.length > palette.length ? endLabels(ends, axes, { yLog: true }) : []),
    ],
  });
}
