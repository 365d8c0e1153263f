import { must } from "../base/mod.ts";
import type { HuggingFaceConfig } from "../rope/mod.ts";

/** How a message on a configuration begins. */
export const CANNOT = "Cannot read a model's configuration";

/** The keys of a `config.json`, read one by one; null stands for a key left out. What was never asked for can be told. */
export class ConfigReader {
  /** The configuration itself. */
  readonly json: HuggingFaceConfig;
  readonly #read = new Set<string>();

  constructor(json: HuggingFaceConfig) {
    this.json = json;
  }

  /** A value that keeps a rule; the fallback where there is none. */
  expect(name: string, rule: string, holds: (value: unknown) => boolean, fallback?: unknown): unknown {
    const value = this.value(name);
    const given = value === undefined || (value === null && fallback !== undefined) ? fallback : value;
    must(CANNOT, `${name} must be ${rule}`, shown(given), holds(given));
    return given;
  }

  /** A value that is one of some; the first stands for a key left out. */
  one<T>(name: string, ...allowed: readonly T[]): T {
    const rule = allowed.map((value) => `${JSON.stringify(value)}`.replaceAll('"', "")).join(" or ");
    return this.expect(name, rule, (value) => allowed.includes(value as T), allowed[0]) as T;
  }

  /** A whole number >= 1. */
  whole(name: string, fallback?: number): number {
    const holds = (value: unknown) => Number.isSafeInteger(value) && value as number >= 1;
    return this.expect(name, "a whole number >= 1", holds, fallback) as number;
  }

  /** A number. */
  number(name: string, fallback?: number): number {
    return this.expect(name, "a number", (value) => typeof value === "number", fallback) as number;
  }

  /** A positive number, or undefined where the key is null; the fallback is for a key left out. */
  optional(name: string, fallback?: number): number | undefined {
    const value = this.value(name);
    if (value === null || (value === undefined && fallback === undefined)) return undefined;
    const holds = (value: unknown) => typeof value === "number" && value > 0;
    return this.expect(name, "a number > 0 or null", holds, fallback) as number;
  }

  /** True or false. */
  flag(name: string, fallback: boolean): boolean {
    return this.expect(name, "true or false", (value) => typeof value === "boolean", fallback) as boolean;
  }

  /** A value as it stands; null and left out alike are undefined. */
  value(name: string): unknown {
    this.#read.add(name);
    return Object.hasOwn(this.json, name) ? this.json[name] : undefined;
  }

  /** Check that every key was read, is null, or is one of those that may stand there. */
  finish(harmless: readonly string[]): void {
    for (const [name, value] of Object.entries(this.json)) {
      const known = value === null || this.#read.has(name) || harmless.includes(name);
      const rule = `${name} must be left out, since what it changes is not computed here`;
      must(CANNOT, rule, shown(value), known);
    }
  }
}

/** A value as JSON, cut short. */
export function shown(value: unknown): string {
  const text = `${JSON.stringify(value)}`;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
