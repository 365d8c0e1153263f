import { type Interval, said, writeInterval } from "../base/mod.ts";
import { countOf } from "./_words.ts";

const letterLimit = 120;
const itemLimit = 6;

/** The values of one column as text, and whether they lean right as numbers do. */
export interface Column {
  cells: string[];
  right: boolean;
}

/**
 * A column's values as a person compares them: numbers with the same decimals one below the other, thousands apart by commas
 * but for years and seeds, and intervals rounded to what they let one know.
 */
export function columnOf(name: string, values: readonly unknown[]): Column {
  const there = values.filter((value) => value !== null && value !== undefined);
  const numbers = there.filter((value) => typeof value === "number");
  const write = numberWriter(numbers, !/(year|seed)s?$/i.test(name));
  return {
    cells: values.map((value) => typeof value === "number" ? write(value) : cellText(value)),
    right: there.length > 0 && there.every(isNumeric),
  };
}

/** A single value as text on one line; an object is never written out, but named by what it holds. */
export function cellText(value: unknown, deep = false): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return numberWriter([value], true)(value);
  if (typeof value === "bigint") return value.toLocaleString("en");
  if (typeof value === "string") return clip(value.replace(/\s+/g, " "));
  if (typeof value === "function") return value.name ? `function ${value.name}` : "function";
  if (typeof value !== "object") return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof Error) return clip(String(value));
  if (isInterval(value)) return said(value);
  if (value instanceof Map) return cellText(Object.fromEntries(value), deep);
  if (value instanceof Set) return listText([...value]);
  if (isList(value)) return listText(value);
  if (!isRecord(value)) return (value as object).constructor?.name ?? "object";
  const members = Object.entries(value).filter(([, member]) => typeof member !== "function");
  if (members.length === 0) return "nothing";
  return deep
    ? countOf(members.length, "member")
    : clip(members.map(([name, member]) => `${name} ${cellText(member, true)}`).join(", "));
}

/** Whether a value is an estimate with two ends and nothing else. */
export function isInterval(value: unknown): value is Interval {
  return isRecord(value) && Object.keys(value).length === 3 &&
    ["estimate", "low", "high"].every((end) => typeof value[end] === "number");
}

/** Whether a value is an object of no class. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a value is an array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** An interval's three numbers as cells of a row. */
export function intervalCells(interval: Interval): [string, string, string] {
  const { estimate, low, high } = writeInterval(interval);
  return [estimate, low, high];
}

function listText(list: ArrayLike<unknown>): string {
  const items = Array.from(list);
  if (items.length === 0) return "none";
  const records = items.every((item) => typeof item === "object" && item !== null && !isInterval(item));
  if (records) return countOf(items.length, items.every(isList) ? "list" : "record");
  if (items.length <= itemLimit) return clip(items.map((item) => cellText(item, true)).join(", "));
  const numbers = items.filter((item) => typeof item === "number");
  if (numbers.length < items.length) {
    return `${
      clip(items.slice(0, itemLimit).map((item) => cellText(item, true)).join(", "))
    }, … ${items.length} in all`;
  }
  const [least, greatest] = numbers.reduce(([low, high], x) => [Math.min(low, x), Math.max(high, x)], [
    Infinity,
    -Infinity,
  ]);
  return `${countOf(items.length, "number")} from ${cellText(least)} to ${cellText(greatest)}`;
}

/** Numbers, intervals, and texts that are written numbers: with commas, a unit's sign, an interval in brackets. */
function isNumeric(value: unknown): boolean {
  if (typeof value === "number" || typeof value === "bigint" || isInterval(value)) return true;
  return typeof value === "string" &&
    /^\s*[-−+±]?[$€]?[\d,]*\.?\d+(e[-+]?\d+)?\s?[%kMB×]?( \[.*\])?\s*$/.test(value);
}

/** How each number of a column is written: at most six digits that count, the same decimals where that shows them all. */
function numberWriter(numbers: readonly number[], useGrouping: boolean): (value: number) => string {
  const sizes = numbers.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  const order = (size: number) => Math.floor(Math.log10(size));
  const [least, greatest] = [order(Math.min(...sizes)), order(Math.max(...sizes))];
  const whole = numbers.every((value) => !Number.isFinite(value) || Number.isInteger(value));
  const wanted = Math.max(...numbers.map(decimalsOf));
  const places = Math.min(wanted, Math.max(0, 5 - greatest, 2 - least));
  const together = sizes.length > 0 && greatest - least <= 6 && greatest >= -4 && greatest < 9 && places <= 6;
  return (value) => {
    if (Object.is(value, -0)) return "-0";
    if (!Number.isFinite(value)) return String(value);
    if (Number.isInteger(value) && Math.abs(value) < 1e15 && (whole || !together)) {
      return value.toLocaleString("en", { useGrouping });
    }
    if (together) {
      return value.toLocaleString("en", {
        minimumFractionDigits: places,
        maximumFractionDigits: places,
        useGrouping,
      });
    }
    const size = Math.abs(value);
    return size >= 1e-4 && size < 1e9
      ? value.toLocaleString("en", { maximumSignificantDigits: 6, useGrouping })
      : value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e");
  };
}

/** Decimals that a number needs to be written in full, but for what sums leave in its last digits. */
function decimalsOf(value: number): number {
  if (!Number.isFinite(value)) return 0;
  const [, digits = "", exponent = "0"] =
    /^-?\d+(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(String(Number(value.toPrecision(12)))) ?? [];
  return Math.max(0, digits.length - Number(exponent));
}

function clip(text: string): string {
  const letters = [...text];
  return letters.length > letterLimit ? letters.slice(0, letterLimit - 1).join("") + "…" : text;
}
