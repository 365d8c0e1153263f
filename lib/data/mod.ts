/**
 * Documents, and the formats that they and tables stand in: JSON Lines, Parquet, CSV.
 *
 * Public data sets are `midtrain/sets`.
 *
 * Begin with {@linkcode Document}, {@linkcode readDocuments}, {@linkcode readParquet}, {@linkcode writeJsonl},
 * {@linkcode readCurves}.
 * @module
 */
export type { LossCurve, Series } from "../base/mod.ts";
export {
  type Document,
  documentId,
  type Documents,
  type Drop,
  type Json,
  type Lineage,
  type OnDrop,
} from "./document.ts";
export { type Funnel, funnel, type FunnelOptions, type FunnelStage } from "./funnel.ts";
export { readBytes, type ReadBytesOptions } from "./_bytes.ts";
export {
  readDocuments,
  type ReadDocumentsOptions,
  readJsonl,
  type ReadJsonlOptions,
  writeJsonl,
} from "./jsonl.ts";
export type { RecordOptions } from "./_record.ts";
export { readParquet, type ReadParquetOptions, writeParquet, type WriteParquetOptions } from "./parquet.ts";
export { parseCsv, type ParseCsvOptions, readCsv, Table } from "./csv.ts";
export { readRecords } from "./records.ts";
export {
  type ReadRuns,
  readRuns,
  type RunColumn,
  type RunColumns,
  type RunField,
  type TableRun,
} from "./runs.ts";
export type { LogColumns } from "./_log_columns.ts";
export { type ReadCurves, readCurves, type ReadCurvesOptions } from "./curves.ts";
export type { GivenSchedule } from "./_given_rates.ts";
