import type { Random } from "../../base/mod.ts";
import type { Json } from "../../data/mod.ts";
import type { JsonObject } from "./environment.ts";
import type { AgentCall, ForbiddenCall } from "./task.ts";

/** A task as a template writes it. */
export interface Draft {
  instruction: string;
  state: JsonObject;
  reference: AgentCall[];
  forbidden?: ForbiddenCall[];
}

/** Writes a task. */
export type Template = (random: Random) => Draft;

/** A call, in short. */
export function call(name: string, given: JsonObject = {}): AgentCall {
  return { name, arguments: given };
}

/** A whole number in [low, high]. */
export function between(random: Random, low: number, high: number): number {
  return low + random.int(high - low + 1);
}

/** So many of a list, in its order. */
export function some<T>(random: Random, items: readonly T[], count: number): T[] {
  const chosen = random.shuffle(items.map((_, at) => at)).slice(0, count);
  return items.filter((_, at) => chosen.includes(at));
}

/** Text for SQL, quoted. */
export function sqlText(value: Json): string {
  return `'${String(value).replaceAll("'", "''")}'`;
}

export const people = [
  "Amara",
  "Bruno",
  "Chidi",
  "Dalia",
  "Emil",
  "Farah",
  "Goran",
  "Hana",
  "Ines",
  "Jonas",
  "Kofi",
  "Lena",
];
export const projects = [
  "Heron",
  "Juniper",
  "Lantern",
  "Meridian",
  "Orchard",
  "Pebble",
  "Quarry",
  "Saffron",
  "Tidewater",
];
