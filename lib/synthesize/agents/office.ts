import { answerSheet } from "./answer_sheet.ts";
import { calculator } from "./calculator.ts";
import { calendar } from "./calendar.ts";
import { sqlDatabase } from "./database.ts";
import { type Environment, joinEnvironments, type JsonObject } from "./environment.ts";
import { fileSystem } from "./file_system.ts";
import { pageSearch } from "./search.ts";

const parts = {
  files: fileSystem,
  database: sqlDatabase,
  calendar,
  search: pageSearch,
  calculator,
  answer: answerSheet,
};

/**
 * A small office: files, a database, a calendar, a search over a few pages, a calculator, and a sheet for the answer. Its
 * state has a member for each that a task has: `files`, `database`, `calendar`, `search`, `calculator`, `answer`.
 */
export const office: Environment<JsonObject> = joinEnvironments("office@1", parts);

/** The names of the tools that work on the members of a state. */
export function officeTools(state: JsonObject): string[] {
  return Object.entries(parts).filter(([part]) => Object.hasOwn(state, part))
    .flatMap(([, { tools }]) => tools.map(({ name }) => name));
}
