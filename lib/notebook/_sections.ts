import { type Description, descriptionOf } from "../base/mod.ts";
import { cellText, intervalCells, isInterval, isList, isRecord } from "./_cell.ts";
import type { Bundle } from "./_jupyter.ts";
import { type Table, tableHtml, tableOf, tableText } from "./_table.ts";
import { escapeHtml } from "./_words.ts";

/** A part of what is shown of an object: a table or sentences, under a title. */
export interface Section {
  title?: string;
  table?: Table;
  /** Sentences; several are a list. */
  said?: readonly string[];
}

const longText = 80;

/** What a result says of itself, as sections with at most so many rows a table. */
export function describedSections(description: Description, limit: number): Section[] {
  return description.map((part): Section =>
    typeof part === "string" ? { said: [part] } : {
      ...(part.title ? { title: part.title } : {}),
      table: withUnits(recordsTable(part.rows, limit, false)),
    }
  );
}

/** A table whose headings have their units in brackets, with these under the names, as types stand there. */
function withUnits(table: Table): Table {
  const columns = table.columns.map((column) => {
    const [, name, unit] = /^(.+?) \(([^()]+)\)$/.exec(column.name) ?? [];
    return unit === undefined ? column : { ...column, name, type: unit };
  });
  return { ...table, columns };
}

/** A table of records, a column a member. */
export function recordsTable(
  records: readonly Readonly<Record<string, unknown>>[],
  limit: number,
  shape = true,
): Table {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.slice(0, limit).map((record) => names.map((name) => record[name]));
  return tableOf({ names, rows, totalRows: records.length, limit, shape });
}

/**
 * An object that says nothing of itself, by its structure: what a line holds in one table, its lists and records each in a
 * table of its own under its name, sentences at the end.
 */
export function recordSections(
  record: Readonly<Record<string, unknown>>,
  limit: number,
  title?: string,
): Section[] {
  const named = title === undefined ? {} : { title };
  const members = Object.entries(record).filter(([, value]) =>
    value !== undefined && typeof value !== "function"
  );
  const values = members.map(([, value]) => value);
  if (members.length > 0 && values.every(isInterval)) return [{ ...named, table: intervalsTable(record) }];
  if (
    members.length > 1 && values.every((value) => isRecord(value) && !isInterval(value)) && sameKeys(values)
  ) {
    const rows = members.map(([name, value]) => ({ name, ...value as object }));
    return [{ ...named, table: recordsTable(rows, Math.max(limit, 20), false) }];
  }
  if (members.length > 1 && values.every((value) => typeof value === "number")) {
    const rows = members.map(([name, value]) => [name, value]);
    return [{
      ...named,
      table: tableOf({
        names: ["name", "value"],
        rows,
        totalRows: rows.length,
        limit: Infinity,
        shape: false,
      }),
    }];
  }
  const facts = members.filter(([, value]) => isFact(value)).map(([name, value]) => [name, cellText(value)]);
  const table = tableOf({
    names: ["name", "value"],
    rows: facts,
    totalRows: facts.length,
    limit: Infinity,
    shape: false,
  });
  return [
    ...(facts.length > 0 ? [{ ...named, table }] : []),
    ...members.filter(([, value]) => !isFact(value) && !isProse(value))
      .flatMap(([name, value]) => memberSections(title ? `${title} · ${name}` : name, value, limit)),
    ...members.filter(([, value]) => isProse(value))
      .map(([name, value]): Section => ({ title: name, said: [value].flat() as string[] })),
  ];
}

function memberSections(title: string, value: unknown, limit: number): Section[] {
  const description = descriptionOf(value);
  if (description) return [{ title }, ...describedSections(description, limit)];
  if (isList(value)) {
    const records = Array.from(value) as Record<string, unknown>[];
    return [{ title, table: recordsTable(records, limit) }];
  }
  // What lies three levels deep is named, not written out.
  const record = value as Record<string, unknown>;
  const flat = Object.fromEntries(
    Object.entries(record).map(([name, one]) => [name, isFact(one) ? one : cellText(one)]),
  );
  return title.includes(" · ") ? recordSections(flat, limit, title) : recordSections(record, limit, title);
}

/** Whether a value is said on one line. */
function isFact(value: unknown): boolean {
  if (isProse(value)) return false;
  if (typeof value !== "object" || value === null || isInterval(value)) return true;
  if (isList(value)) {
    return value.length === 0 || !Array.from(value).every((item) => isRecord(item) && !isInterval(item));
  }
  if (descriptionOf(value)) return false;
  if (!isRecord(value)) return true;
  const members = Object.values(value);
  return members.length <= 4 && members.every((member) => typeof member !== "object" || member === null);
}

/** Whether a value is sentences. */
function isProse(value: unknown): boolean {
  if (typeof value === "string") return value.length > longText;
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string") &&
    value.some((item) => item.length > longText / 2 && item.includes(" "));
}

function sameKeys(values: readonly unknown[]): boolean {
  const keys = values.map((value) => Object.keys(value as object).join());
  return keys.every((one) => one === keys[0]) &&
    values.every((value) => Object.values(value as object).every(isFact));
}

function intervalsTable(record: Readonly<Record<string, unknown>>): Table {
  const rows = Object.entries(record).map((
    [name, value],
  ) => [name, ...intervalCells(value as Parameters<typeof intervalCells>[0])]);
  return tableOf({
    names: ["name", "estimate", "low", "high"],
    rows,
    totalRows: rows.length,
    limit: Infinity,
    shape: false,
  });
}

/** Sections one below the other. */
export function sectionsBundle(sections: readonly Section[]): Bundle {
  return {
    "text/html": `<div>${sections.map(sectionHtml).join("")}</div>`,
    "text/plain": sections.map(sectionText).join("\n\n"),
  };
}

function sectionHtml({ title, table, said = [] }: Section): string {
  const heading = title === undefined
    ? ""
    : `<p style="margin:.8em 0 .2em"><strong>${escapeHtml(title)}</strong></p>`;
  const words = said.map(escapeHtml);
  const prose = words.length > 1
    ? `<ul>${words.map((one) => `<li>${one}</li>`).join("")}</ul>`
    : words.map((one) => `<p style="white-space:pre-wrap;margin:.5em 0 0">${one}</p>`).join("");
  return `${heading}${table ? tableHtml(table) : ""}${prose}`;
}

function sectionText({ title, table, said = [] }: Section): string {
  const words = said.length > 1 ? said.map((one) => `- ${one}`) : said;
  return [...(title === undefined ? [] : [title]), ...(table ? [tableText(table)] : []), ...words].join("\n");
}
