/**
 * Figures: one function a file, from plain records to a Vega-Lite 5 specification, and the renderers that turn a
 * specification into SVG or PNG without a browser. A notebook and the golden tests call the same function.
 *
 * Begin with {@linkcode lines}, {@linkcode bars}, {@linkcode intervals}, {@linkcode lossCurves}.
 * @module
 */
export { renderPng, type RenderPngOptions, renderSvg, type RenderSvgOptions } from "./render.ts";
export { interactive } from "./_interactive.ts";
export { narrow } from "./_narrow.ts";
export { darkStyle, ink, palette, type Spec, themed } from "./_theme.ts";
// Of any data.
export { type LinePoint, lines, type LinesOptions } from "./lines.ts";
export { scatter, type ScatterOptions, type ScatterPoint } from "./scatter.ts";
export { type Bar, bars, type BarsOptions } from "./bars.ts";
export { type IntervalRow, intervals, type IntervalsOptions } from "./intervals.ts";
export { histogram, type HistogramOptions, type Scored } from "./histogram.ts";
// Of evaluations.
export { type ContextReach, contextReach, type ContextReachOptions } from "./context_reach.ts";
export { type DepthCell, depthGrid, type DepthGridOptions } from "./depth_grid.ts";
// Of documents and mixtures.
export { agreementMatrix, type AgreementMatrixOptions, type AgreementPair } from "./agreement_matrix.ts";
export { overlap, type OverlapOptions } from "./overlap.ts";
export { type MeasuredMethod, methodMeasures, type MethodMeasuresOptions } from "./method_measures.ts";
export { type DropRecord, drops, type DropsOptions } from "./drops.ts";
export { mixtures, type MixtureShares, type MixturesOptions } from "./mixtures.ts";
// Of evaluations.
export { type TaskScore, taskScores, type TaskScoresOptions } from "./task_scores.ts";
export { forgetting, type ForgettingOptions, type TaskChange } from "./forgetting.ts";
// Of schedules, runs and rotary embeddings.
export { type ScheduleLine, schedules, type SchedulesOptions } from "./schedules.ts";
export { type ProbedSource, probeVerdicts, type ProbeVerdictsOptions } from "./probe_verdicts.ts";
export { type DrawnStage, recipeFigure, type RecipeFigureOptions } from "./recipe_figure.ts";
export { lossCurves, type LossCurvesOptions, type LossCurvesRun } from "./loss_curves.ts";
export { type WavelengthLine, wavelengths, type WavelengthsOptions } from "./wavelengths.ts";
// Of laws.
export { type FittedCurve, lossCurveFit, type LossCurveFitOptions } from "./loss_curve_fit.ts";
export { forecast, type ForecastData, type ForecastOptions } from "./forecast.ts";
export { isoflop, type IsoflopFigureOptions, type IsoflopRun } from "./isoflop.ts";
export { lawComparison, type LawComparisonOptions, type LawErrors } from "./law_comparison.ts";
export { type ProfileLine, profiles, type ProfilesOptions } from "./profiles.ts";
