import type { Random } from "../../base/mod.ts";
import type { AgentCall, CalendarEvent, Json, JsonObject, SqlDatabase } from "../../synthesize/mod.ts";

/** A final state that is planted beside the one to which a task leads. */
export interface PlantedState {
  /** The tool that changes such things, or that reads them where none does. */
  tool: string;
  /** What was done to the state. */
  what: string;
  /** The state. */
  state: JsonObject;
}

/** States that are wrong by how they are made, whatever a verifier says: one thing in each is another than in the goal. */
export function wrongStates(goal: JsonObject, random: Random): PlantedState[] {
  return Object.entries(goal).flatMap(([part, its]) =>
    (wrong[part]?.(its, random) ?? []).map(([tool, what, changed]) => ({
      ...{ tool, what },
      state: { ...goal, [part]: changed },
    }))
  );
}

/** States that say the same as the goal otherwise: in another order, under other ids, a number as a text. */
export function rightStates(goal: JsonObject): PlantedState[] {
  return Object.entries(goal).flatMap(([part, its]) =>
    (right[part]?.(its) ?? []).map(([tool, what, changed]) => ({
      ...{ tool, what },
      state: Object.fromEntries(Object.entries({ ...goal, [part]: changed }).toReversed()),
    }))
  );
}

/** Calls that are planted beside the reference of a task. */
export interface PlantedCalls {
  /** The tool that they turn on. */
  tool: string;
  /** All of them. */
  calls: AgentCall[];
}

type Changed = [tool: string, what: string, changed: Json];

const wrong: Record<string, (its: Json, random: Random) => Changed[]> = {
  files(its, random) {
    const { files } = its as { files: Record<string, string> };
    const path = random.pick(Object.keys(files));
    const { [path]: text, ...rest } = files;
    const given = (files: Record<string, string>) => ({ files });
    return [
      ["write_file", "a letter more in a file", given({ ...rest, [path]: `${text}x` })],
      ["write_file", "a file emptied or filled", given({ ...rest, [path]: text === "" ? "x" : "" })],
      ["write_file", "a file more", given({ ...files, "/stray.txt": "" })],
      ["append_file", "a line break more", given({ ...rest, [path]: `${text}\n` })],
      ["move_file", "a file by another name", given({ ...rest, [`${path}.old`]: text })],
      ["delete_file", "a file less", given(rest)],
    ];
  },
  database(its, random) {
    const database = its as SqlDatabase;
    const at = random.pick(database.tables.flatMap(({ rows }, at) => rows.length > 0 ? [at] : []));
    const { name, rows } = database.tables[at];
    const row = random.int(rows.length);
    const column = random.int(rows[row].length);
    const cell = rows[row][column];
    const other = typeof cell === "number" ? cell + 1 : `${cell}x`;
    const given = (rows: SqlDatabase["tables"][number]["rows"]) =>
      ({ ...database, tables: database.tables.with(at, { name, rows }) }) as unknown as Json;
    const schema = [...database.schema, "CREATE TABLE stray (a)"];
    return [
      ["run_sql", "another value in a cell", given(rows.with(row, rows[row].with(column, other)))],
      ["run_sql", "nothing in a cell", given(rows.with(row, rows[row].with(column, null)))],
      ["run_sql", "a row less", given(rows.toSpliced(row, 1))],
      ["run_sql", "a row twice", given([...rows, rows[row]])],
      ["run_sql", "a table more", { ...database, schema } as unknown as Json],
    ];
  },
  calendar(its, random) {
    const { today, events } = its as { today: string; events: CalendarEvent[] };
    const stray = { id: 99, title: "Stray", start: "2026-12-24T05:00", minutes: 30 };
    const created: Changed = ["create_event", "an event more", { today, events: [...events, stray] }];
    if (events.length === 0) return [created];
    const at = random.int(events.length);
    const given = (event: Partial<CalendarEvent>) => ({
      today,
      events: events.with(at, { ...events[at], ...event }),
    });
    const { start, minutes, title } = events[at];
    return [
      created,
      ["create_event", "a longer event", given({ minutes: minutes + 15 })],
      ["create_event", "another title", given({ title: `${title}!` })],
      ["move_event", "an event in another year", given({ start: start.replace("2026", "2027") })],
      ["move_event", "an event a minute later", given({ start: start.replace(/.$/, "1") })],
      ["cancel_event", "an event less", { today, events: events.toSpliced(at, 1) }],
    ];
  },
  answer(its) {
    const { answer } = its as { answer: Json };
    const number = Number(answer);
    const others = Number.isFinite(number)
      ? [number + 1, -number - 1, 10 * number + 1, `${number} or ${number + 1}`, `about ${number}`]
      : [`${answer}a`, `not ${answer}`, `${answer} or Ines`, 7];
    return [...others, null, ""].map((other) => ["submit_answer", "another answer", { answer: other }]);
  },
  search(its) {
    const { pages } = its as { pages: { title: string; text: string }[] };
    return [["open_page", "a page less", { pages: pages.slice(1) }]];
  },
  calculator: () => [["calculate", "something kept", { kept: 1 }]],
};

const right: Record<string, (its: Json) => Changed[]> = {
  files(its) {
    const { files } = its as { files: Record<string, string> };
    return [["write_file", "files in another order", {
      files: Object.fromEntries(Object.entries(files).toReversed()),
    }]];
  },
  database(its) {
    const { schema, tables } = its as SqlDatabase;
    const reversed = tables.toReversed().map(({ name, rows }) => ({ name, rows: rows.toReversed() }));
    const spaced = schema.map((sql) => sql.replace(" (", "\n  ("));
    return [
      ["run_sql", "rows and tables in another order", { schema, tables: reversed } as unknown as Json],
      ["run_sql", "a schema in other lines", { schema: spaced.toReversed(), tables } as unknown as Json],
    ];
  },
  calendar(its) {
    const { today, events } = its as { today: string; events: CalendarEvent[] };
    const others = events.toReversed().map((event) => ({ ...event, id: event.id + 100 }));
    return [["create_event", "events in another order, under other ids", { today, events: others }]];
  },
  answer(its) {
    const { answer } = its as { answer: Json };
    const number = Number(answer);
    const forms = Number.isFinite(number)
      ? [number, `${number}`, ` ${number} `, Number.isInteger(number) ? `${number}.0` : `${number}0`]
      : [` ${answer}`, `${answer}.`, `${answer}`.toUpperCase()];
    return forms.map((form) => ["submit_answer", "the answer in another form", { answer: form }]);
  },
};

/** The calls of a task's reference with one that was not asked for, for each tool that changes something. */
export function strayCalls(goal: JsonObject, reference: readonly AgentCall[]): PlantedCalls[] {
  const call = (name: string, given: JsonObject): AgentCall => ({ name, arguments: given });
  const after: AgentCall[] = [];
  if (goal.files) {
    const [path] = Object.keys((goal.files as { files: JsonObject }).files);
    after.push(
      call("write_file", { path: "/stray.txt", content: "" }),
      call("append_file", { path, content: "x" }),
      call("move_file", { from: path, to: `${path}.old` }),
      call("delete_file", { path }),
    );
  }
  if (goal.database) {
    after.push(
      call("run_sql", { statement: "UPDATE stock SET pieces = pieces + 1" }),
      call("run_sql", { statement: "CREATE TABLE stray (a)" }),
    );
  }
  if (goal.calendar) {
    const [event] = (goal.calendar as { events: CalendarEvent[] }).events;
    const start = "2026-12-24T05:00";
    after.push(call("create_event", { title: "Stray", start, minutes: 30 }));
    if (event) {
      after.push(call("move_event", { id: event.id, start }), call("cancel_event", { id: event.id }));
    }
  }
  // The first answer stands.
  const before = goal.answer ? [call("submit_answer", { answer: "another" })] : [];
  return [
    ...after.map((stray) => ({ tool: stray.name, calls: [...reference, stray] })),
    ...before.map((stray) => ({ tool: stray.name, calls: [stray, ...reference] })),
  ];
}

/** Calls that come to the same by more steps, for each call of a reference that changes something. */
export function detours(reference: readonly AgentCall[]): PlantedCalls[] {
  return reference.flatMap((call, at) =>
    (around[call.name]?.(call) ?? []).map((way) => ({
      tool: call.name,
      calls: reference.toSpliced(at, 1, ...way),
    }))
  );
}

const around: Record<string, (call: AgentCall) => AgentCall[][]> = {
  "write_file": (
    call,
  ) => [[{ name: "write_file", arguments: { ...call.arguments, content: "a draft" } }, call]],
  "append_file": ({ name, arguments: { path, content } }) => {
    const half = `${content}`.length >> 1;
    const parts = [`${content}`.slice(0, half), `${content}`.slice(half)];
    return [parts.map((content) => ({ name, arguments: { path, content } }))];
  },
  "move_file": ({ name, arguments: { from, to } }) => {
    const between = "/on-the-way.txt";
    return [[{ name, arguments: { from, to: between } }, { name, arguments: { from: between, to } }]];
  },
  "delete_file": (call) => [[{ name: "write_file", arguments: { ...call.arguments, content: "x" } }, call]],
  "run_sql": (
    { name, arguments: { statement } },
  ) => [[{ name, arguments: { statement: `${statement} -- as asked` } }]],
  "move_event": (call) => [[{ ...call, arguments: { ...call.arguments, start: "2026-12-24T05:00" } }, call]],
  "cancel_event": (call) => [
    [{ name: "move_event", arguments: { ...call.arguments, start: "2026-12-24T05:00" } }, call],
  ],
  "submit_answer": ({ name, arguments: { answer } }) => [[{ name, arguments: { answer: ` ${answer}` } }]],
};
