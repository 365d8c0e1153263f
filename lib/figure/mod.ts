/**
 * Figures: one function a file, from plain records to a Vega-Lite 5 specification, and the renderers that turn a
 * specification into SVG or PNG without a browser. A notebook, the gallery and the golden tests call the same function.
 * @module
 */
export type { Spec } from "./_theme.ts";
export { palette, themed } from "./_theme.ts";
export * from "./render.ts";
export * from "./bars.ts";
export * from "./histogram.ts";
export * from "./intervals.ts";
export * from "./schedules.ts";
export * from "./wavelengths.ts";
export * from "./lines.ts";
export * from "./loss_curves.ts";
export * from "./drops.ts";
export * from "./forecast.ts";
export * from "./loss_curve_fit.ts";
export * from "./law_comparison.ts";
export * from "./profiles.ts";
export * from "./isoflop.ts";
export * from "./scatter.ts";
export * from "./mixtures.ts";
