import { columns } from "../_columns.ts";
import type { Counts } from "../_tests.ts";

/** One number, or one claim, held to its source. */
export interface VerifyRow {
  /** What it is. */
  item: string;
  /** Where the expected value comes from. */
  source: string;
  /** The expected value. */
  theirs: string;
  /** What this kit finds; where nothing could be found, why. */
  ours: string;
  /** How far apart they are, absolute or relative as the row says; empty where the two are words. */
  difference: string;
  /** How far apart they may be. */
  allowed: string;
  /** How it ended. */
  verdict: keyof Counts;
}

/** How a number is compared. */
export interface Near {
  /** The greatest difference that passes. */
  tolerance: number;
  /** Whether the difference is taken over the expected value. @default {false} */
  relative?: boolean;
}

/** A row of two numbers that should agree. */
export function near(item: string, source: string, theirs: number, ours: number, options: Near): VerifyRow {
  const { tolerance, relative = false } = options;
  const difference = Math.abs(ours - theirs) / (relative ? Math.abs(theirs) : 1);
  const said = (value: number) => `${value.toExponential(1)}${relative ? " rel." : ""}`;
  return {
    item,
    source,
    theirs: show(theirs),
    ours: show(ours),
    difference: said(difference),
    allowed: said(tolerance),
    verdict: verdictOf(difference <= tolerance),
  };
}

/** A row of a number that should not exceed a limit. */
export function atMost(item: string, source: string, limit: number, ours: number): VerifyRow {
  return {
    item,
    source,
    theirs: show(limit),
    ours: show(ours),
    difference: (ours - limit).toExponential(1),
    allowed: "not above",
    verdict: verdictOf(ours <= limit),
  };
}

/** A row of two texts that should be the same: numbers as they are printed, or what a warning says. */
export function same(item: string, source: string, theirs: string, ours: string): VerifyRow {
  return { item, source, theirs, ours, difference: "", allowed: "none", verdict: verdictOf(ours === theirs) };
}

/** A row of a claim that holds or does not; `allowed` says by what rule. */
export function claim(
  item: string,
  source: string,
  { theirs = "", ours, allowed, holds }: { theirs?: string; ours: string; allowed: string; holds: boolean },
): VerifyRow {
  return { item, source, theirs, ours, difference: "", allowed, verdict: verdictOf(holds) };
}

/** The row of what could not be looked at, and why. */
export function skipped(item: string, why: string): VerifyRow {
  return { item, source: "", theirs: "", ours: why, difference: "", allowed: "", verdict: "skipped" };
}

/** Rows as text, in columns. */
export function table(rows: readonly VerifyRow[]): string {
  return columns([
    ["item", "source", "theirs", "ours", "difference", "allowed", "verdict"],
    ...rows.map((row) => [
      ...[row.item, row.source, row.theirs, row.ours, row.difference, row.allowed],
      { passed: "ok", failed: "FAIL", skipped: "skipped" }[row.verdict],
    ]),
  ]);
}

function verdictOf(holds: boolean): VerifyRow["verdict"] {
  return holds ? "passed" : "failed";
}

function show(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential(6)
    : Number(value.toPrecision(10)).toString();
}
