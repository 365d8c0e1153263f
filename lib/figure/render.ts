import process from "node:process";
import { inRange, ofKind, takes } from "../base/mod.ts";
import { checkFields } from "./_fields.ts";
import { fontFiles, textWidth } from "./_font.ts";
import { still } from "./_still.ts";
import { finishSvg } from "./_svg.ts";
import { fontFamily, type Spec, themed } from "./_theme.ts";

/** Options of {@linkcode renderSvg}. */
export interface RenderSvgOptions {
  /**
   * Called with what Vega warns of, for example a scale without a domain.
   * @default {nothing is said}
   */
  onWarning?: (message: string) => void;
}

/** Options of {@linkcode renderPng}. */
export interface RenderPngOptions extends RenderSvgOptions {
  /** Pixels a unit of the figure: 2 is sharp on today's screens. @default {2} */
  scale?: number;
}

/**
 * Draw a Vega-Lite 5 specification as SVG, without a browser. The same specification gives the same bytes.
 *
 * @param spec The specification, for example of one of this room's figures; a bare one gets the house look.
 * @throws {TypeError} If the specification is malformed, an encoding names a field that the data lacks, or an address would run
 *   a script.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bars, renderSvg } from "midtrain/figure";
 *
 * const svg = await renderSvg(bars([{ label: "too short", value: 3 }], { value: "documents" }));
 * assert(svg.startsWith("<svg") && svg.includes("too short"));
 * ```
 */
export async function renderSvg(spec: Spec, options: RenderSvgOptions = {}): Promise<string> {
  takes("Cannot draw a figure", options, "onWarning?");
  ofKind("Cannot draw a figure", { spec }, "an object");
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    throw new TypeError(`Cannot draw a figure as it must be a Vega-Lite object: current value is ${spec}`);
  }
  const dressed = themed(spec);
  checkFields(dressed);
  const { vega, vegaLite, resetSVGDefIds } = await libraries();
  const warnings: string[] = [];
  const logger = collectLogger(warnings);
  let runtime;
  try {
    // deno-lint-ignore no-explicit-any
    runtime = vega.parse(vegaLite.compile(still(dressed) as any, { logger }).spec);
  } catch (error) {
    throw new TypeError(
      `Cannot draw a figure as its specification is malformed: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  const loader = vega.loader();
  const refused: string[] = [];
  const { sanitize } = loader;
  // Vega goes on without the address, and falls where nobody can catch it.
  loader.sanitize = (address, options) =>
    sanitize.call(loader, address, options).catch(() => {
      refused.push(address);
      return { href: "#" };
    });
  const view = new vega.View(runtime, { renderer: "none", logger, loader });
  try {
    resetSVGDefIds();
    const svg = await view.toSVG();
    if (refused.length > 0) {
      throw new TypeError(
        `Cannot draw a figure as its addresses must be http, https, mailto or data: current value is ${
          refused[0]
        }`,
      );
    }
    return finishSvg(svg, dressed.description as string | undefined);
  } finally {
    view.finalize();
    for (const warning of warnings) options.onWarning?.(warning);
  }
}

/**
 * Draw a Vega-Lite 5 specification as PNG, without a browser and with the shipped font.
 *
 * @param spec The specification.
 * @throws {TypeError} As {@linkcode renderSvg}.
 * @throws {RangeError} If `scale` is not in (0, 16].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bars, renderPng } from "midtrain/figure";
 *
 * const png = await renderPng(bars([{ label: "too short", value: 3 }]), { scale: 1 });
 * assert.equal(String.fromCharCode(...png.subarray(1, 4)), "PNG");
 * ```
 */
export async function renderPng(spec: Spec, options: RenderPngOptions = {}): Promise<Uint8Array> {
  takes("Cannot draw a figure", options, "scale?, onWarning?");
  ofKind("Cannot draw a figure", { spec }, "an object");
  const { scale = 2, ...drawing } = options;
  inRange("Cannot draw a figure", { scale }, "in (0, 16]");
  const [svg, { Resvg }] = await Promise.all([renderSvg(spec, drawing), import("@resvg/resvg-js")]);
  // resvg drops text without a word when it finds no font.
  const font = { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: fontFamily };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale } }).render().asPng();
}

let loaded: ReturnType<typeof load> | undefined;

function libraries(): ReturnType<typeof load> {
  return loaded ??= load();
}

async function load() {
  // vega's Node build reaches node:punycode through node-fetch, which would print a deprecation warning.
  const silent = process.noDeprecation;
  process.noDeprecation = true;
  try {
    const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
    const measure = textWidth();
    // Exported for such use, but absent from vega's types.
    const { resetSVGDefIds, textMetrics } = vega as unknown as Untyped;
    textMetrics.width = (item, text) =>
      measure(String(text ?? ""), item.fontSize ?? 11, isBold(item.fontWeight));
    return { vega, vegaLite, resetSVGDefIds };
  } finally {
    process.noDeprecation = silent ?? false;
  }
}

interface Untyped {
  resetSVGDefIds(): void;
  textMetrics: { width: (item: { fontSize?: number; fontWeight?: unknown }, text: unknown) => number };
}

function isBold(weight: unknown): boolean {
  return weight === "bold" || Number(weight) >= 600;
}

function collectLogger(warnings: string[]) {
  const say = (...parts: readonly unknown[]) => {
    warnings.push(parts.join(" "));
    return logger;
  };
  // deno-lint-ignore no-explicit-any
  const logger: any = {
    level: () => logger,
    error: say,
    warn: say,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}
