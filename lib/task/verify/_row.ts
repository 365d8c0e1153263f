/** One number held to its source. */
export interface VerifyRow {
  /** What it is. */
  item: string;
  /** Where the expected value comes from. */
  source: string;
  /** The expected value; `<=` before it where it is a limit. */
  expected: string;
  /** What this kit finds. */
  ours: string;
  /** How far apart they are, absolute or relative as the row says; empty where the two are words. */
  difference: string;
  /** Whether that is near enough. */
  pass: boolean;
}

/** How a number is compared. */
export interface Near {
  /** The greatest difference that passes. */
  tolerance: number;
  /** Whether the difference is taken over the expected value. @default {false} */
  relative?: boolean;
}

/** A row of two numbers that should agree. */
export function near(item: string, source: string, expected: number, ours: number, options: Near): VerifyRow {
  const { tolerance, relative = false } = options;
  const difference = Math.abs(ours - expected) / (relative ? Math.abs(expected) : 1);
  return {
    item,
    source,
    expected: show(expected),
    ours: show(ours),
    difference: `${difference.toExponential(1)}${relative ? " rel." : ""}`,
    pass: difference <= tolerance,
  };
}

/** A row of a number that should not exceed a limit. */
export function atMost(item: string, source: string, limit: number, ours: number): VerifyRow {
  return {
    item,
    source,
    expected: `<= ${show(limit)}`,
    ours: show(ours),
    difference: (ours - limit).toExponential(1),
    pass: ours <= limit,
  };
}

/** A row of two texts that should be the same: numbers as they are printed, or what a warning says. */
export function same(item: string, source: string, expected: string, ours: string): VerifyRow {
  return { item, source, expected, ours, difference: "", pass: ours === expected };
}

/** Rows as text, in columns. */
export function table(rows: readonly VerifyRow[]): string {
  const cells = [
    ["", "item", "source", "expected", "ours", "difference"],
    ...rows.map((row) => [
      row.pass ? "ok" : "FAIL",
      row.item,
      row.source,
      row.expected,
      row.ours,
      row.difference,
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd())
    .join("\n");
}

function show(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential(6)
    : Number(value.toPrecision(10)).toString();
}
