import { nearest } from "../base/mod.ts";
import type { Log } from "./_log.ts";

/** The columns of a log by what they hold. */
export interface LogColumns {
  /** The optimizer's step. */
  step?: string;
  /** The loss. */
  loss?: string;
  /** The learning rate. */
  learningRate?: string;
  /** What the run is called, where a file holds several. */
  run?: string;
}

/** The values of one run in a log, by the part of the log that holds them. */
export interface RunRows {
  run: string;
  /** The cell of a row that holds a metric, by the metric's name. */
  columnOf: (metric: string) => string;
  rows: Log["rows"];
}

/** A log whose columns are known. */
export interface KnownLog {
  log: Log;
  /** What the file is, more exactly where its columns say so. */
  format: string;
  /** Whether each run has columns of its own. */
  wide: boolean;
  columns: LogColumns;
  /** What may be named in `columns`. */
  metrics: string[];
  runs: RunRows[];
  /** What was not taken though it might have been. */
  notes: string[];
}

/** Names, as {@linkcode plainName} writes them, in the order in which they are taken. */
const steps = [
  ...["train/globalstep", "trainer/globalstep", "globalstep", "step", "steps", "train/step", "trainingstep"],
  ...[
    "trainstep",
    "iterationstep",
    "iteration",
    "iterations",
    "iter",
    "iters",
    "numupdates",
    "updates",
    "update",
  ],
];
const losses = [
  ...[
    "train/loss",
    "loss",
    "loss/train",
    "train/celoss",
    "celoss",
    "train/crossentropyloss",
    "crossentropyloss",
  ],
  ...[
    "lmloss",
    "train/lmloss",
    "trainingloss",
    "training/loss",
    "train/nll",
    "nll",
    "train/trainloss",
    "trainloss",
  ],
];
const rates = [
  ...["lr", "learningrate", "train/lr", "train/learningrate", "optim/lrgroup0", "optim/learningrategroup0"],
  ...["learningrate/learningrate", "optim/lr", "optim/learningrate"],
];
const runs = ["run", "runname", "name", "runid", "displayname", "experiment", "experimentname"];
const evaluations = [
  "eval/loss",
  "evalloss",
  "val/loss",
  "valloss",
  "validation/loss",
  "validationloss",
  "testloss",
];

const isEvaluation = (name: string) =>
  /(?:^|[/_\-. ])(?:eval|evaluation|val|valid|validation|test|dev|held.?out)(?:[/_\-. ]|$)/i.test(name) ||
  /^(?:eval|val|valid|validation|test|dev)loss$/.test(plainName(name));
const isLoss = (name: string) =>
  /loss|nll|cross.?entropy/i.test(name) &&
  !/(?:^|[/_\-. ])(?:z|aux|balance|balancing|router|regulari[sz]ation|grad|scale|best|std|min|max)(?:[/_\-. ]|$)/i
    .test(name);
const isRate = (name: string) => /(?:^|[/_\-. ])(?:lr|learning[_\-. ]?rate)(?:[/_\-. (]|group|$)/i.test(name);

/** A name without what different loggers write differently. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_.\-()]/g, "");
}

/** Least and greatest of the values that a chart put together. */
const envelope = /__(?:MIN|MAX)$/;

/**
 * Find the columns of a log: as given, else by the names that loggers use.
 *
 * @throws {RangeError} If a given column is not there, or several might be meant.
 */
export function knowColumns(log: Log, given: LogColumns): KnownLog {
  const wide = log.columns.flatMap((name) => {
    const cut = name.lastIndexOf(" - ");
    return cut > 0 && !envelope.test(name)
      ? [{ name, run: name.slice(0, cut), metric: name.slice(cut + 3) }]
      : [];
  });
  const isWide = wide.length > 0 && given.loss !== undefined
    ? !log.columns.includes(given.loss)
    : wide.some(({ metric }) => isLoss(metric) || isRate(metric));
  const plain = log.columns.filter((name) => !envelope.test(name) && !(isWide && name.includes(" - ")));
  const metrics = isWide ? [...new Set(wide.map(({ metric }) => metric))] : plain;
  const notes: string[] = [];
  const all = [...new Set([...plain, ...metrics])];
  const columns = choose(log, { given, all, plain, metrics, notes });
  const format = isWide
    ? "a W&B export, a column a run"
    : log.columns.some((name) => envelope.test(name)) || log.columns.includes("_step")
    ? "a W&B export"
    : log.columns.includes("train/CE loss")
    ? `${log.format} of OLMo-core`
    : log.columns.includes("lm_loss") && log.columns.includes("iteration_step")
    ? `${log.format} of nanotron`
    : log.format;
  return {
    log,
    format,
    wide: isWide,
    columns,
    metrics: all,
    runs: isWide ? wideRuns(log, wide) : longRuns(log, columns.run),
    notes,
  };
}

interface Choice {
  given: LogColumns;
  all: string[];
  plain: string[];
  metrics: string[];
  notes: string[];
}

function choose(log: Log, { given, all, plain, metrics, notes }: Choice): LogColumns {
  const columns: LogColumns = {};
  for (const role of ["step", "loss", "learningRate", "run"] as const) {
    const name = given[role];
    if (name === undefined) continue;
    if (all.includes(name)) columns[role] = name;
  }
  const open = (role: keyof LogColumns) => given[role] === undefined;
  const ranked = (names: readonly string[], order: readonly string[]) =>
    order.flatMap((wanted) => names.filter((name) => plainName(name) === wanted && !name.startsWith("_")))[0];
  const set = (role: keyof LogColumns, name: string | undefined) => {
    if (name !== undefined) columns[role] = name;
  };
  if (open("step")) {
    set(
      "step",
      ranked([...plain, ...metrics], steps) ?? all.find((name) => name === "_step"),
    );
  }
  if (open("run") && /CSV|tabs|JSON Lines|JSON array/.test(log.format)) set("run", ranked(plain, runs));
  const measured = metrics.filter(isLoss);
  const training = measured.filter((name) => !isEvaluation(name));
  const held = measured.filter(isEvaluation);
  if (open("loss")) {
    const candidates = training.length > 0 ? training : held;
    const chosen = ranked(candidates, [...losses, ...evaluations]) ??
      (candidates.length === 1 ? candidates[0] : undefined);
    if (chosen === undefined && candidates.length > 1) {
      throw new RangeError(
        `Cannot read ${log.path} as one column must be the loss: it may be any of ${
          list(candidates)
        }; name it with columns.loss`,
      );
    }
    set("loss", chosen);
    if (chosen !== undefined && training.length === 0) {
      notes.push(`${chosen} is a loss on evaluation data: ${log.path} has no training loss`);
    } else if (held.length > 0) {
      notes.push(`Evaluation losses were left, which columns.loss reads: ${list(held)}`);
    }
  }
  if (open("learningRate")) {
    const candidates = metrics.filter(isRate);
    const chosen = ranked(metrics, rates) ?? candidates[0];
    set("learningRate", chosen);
    const others = candidates.filter((name) => name !== chosen);
    if (others.length > 0) notes.push(`Of the learning rates ${chosen} was read, not ${list(others)}`);
  }
  return columns;
}

/** Names in a sentence, at most six. */
export function list(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(", ")} and ${names.length - 6} more` : names.join(", ");
}

/** What to say of a column that was given and is in none of the logs. */
export function unknownColumn(role: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return `columns.${role} must be one of ${list(known)}: current value is "${name}"${
    meant === undefined ? "" : `; did you mean ${meant}?`
  }`;
}

function wideRuns(log: Log, wide: readonly { name: string; run: string; metric: string }[]): RunRows[] {
  return [...Map.groupBy(wide, ({ run }) => run)].map(([run, own]) => {
    const columns = new Map(own.map(({ metric, name }) => [metric, name]));
    return { run, columnOf: (metric) => columns.get(metric) ?? metric, rows: log.rows };
  });
}

function longRuns(log: Log, column: string | undefined): RunRows[] {
  const columnOf = (metric: string) => metric;
  if (column === undefined) return [{ run: log.run, columnOf, rows: log.rows }];
  const groups = Map.groupBy(log.rows, ({ cells }) => `${cells[column] ?? ""}`.trim());
  return [...groups].map(([run, rows]) => ({ run: run || log.run, columnOf, rows }));
}
