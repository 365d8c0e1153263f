import { between, call, people, projects, some, type Template } from "./_draft.ts";

const kinds = ["minutes", "invoice", "draft", "sketch", "receipt"];

/** Every file of a kind to another folder, and no other. */
const moveFiles: Template = (random) => {
  const [kind, other] = random.shuffle(kinds);
  const target = random.pick(["/archive", "/done", "/handed-over"]);
  const wanted = some(random, projects, between(random, 2, 3)).map((name) =>
    `/inbox/${name.toLowerCase()}-${kind}.txt`
  );
  const rest = some(random, projects, 3).map((name) => `/inbox/${name.toLowerCase()}-${other}.txt`);
  const files = Object.fromEntries(
    random.shuffle([...wanted, ...rest]).map((path) => [path, `Written by ${random.pick(people)}.`]),
  );
  const ask = random.pick([
    `Move every file in /inbox whose name ends in -${kind}.txt into ${target}, under the same name. Leave the other files where they are.`,
    `The ${kind} files (those that end in -${kind}.txt) clutter /inbox. Put them into ${target} without renaming them, and touch nothing else.`,
  ]);
  return {
    instruction: `${ask} Delete nothing.`,
    state: { files: { files } },
    reference: [
      call("list_files", { folder: "/inbox" }),
      ...wanted.toSorted().map((from) => call("move_file", { from, to: from.replace("/inbox", target) })),
    ],
    forbidden: [{ tool: "delete_file" }],
  };
};

/** A name in several files replaced by another. */
const renameIn: Template = (random) => {
  const [before, after, third] = random.shuffle(projects);
  const line = () =>
    random.pick([
      `${random.pick(people)} speaks about ${before} on Monday.`,
      `The budget of ${before} is ${between(random, 20, 90)} thousand.`,
    ]);
  const holding = some(random, ["plan", "budget", "letter", "agenda"], 2).map((name) => `/notes/${name}.txt`);
  const texts = holding.map((path) => [path, `${line()}\n${random.pick(people)} has read it.`]);
  const files = {
    ...Object.fromEntries(texts),
    "/notes/history.txt": `${third} began with ${random.pick(people)}.`,
  };
  return {
    instruction:
      `The project ${before} is called ${after} from now on. Put the new name into every file below /notes that has the old one; change nothing else in them.`,
    state: { files: { files } },
    reference: [
      call("find_in_files", { folder: "/notes", text: before }),
      ...texts.flatMap(([path, text]) => [
        call("read_file", { path }),
        call("write_file", { path, content: text.replaceAll(before, after) }),
      ]),
    ],
  };
};

/** Numbers in files, summed by the calculator, into a file of their own. */
const sumFiles: Template = (random) => {
  const months = some(
    random,
    ["january", "february", "march", "april", "may", "june"],
    between(random, 2, 4),
  );
  const amounts = months.map(() => between(random, 120, 980));
  const files = Object.fromEntries(months.map((month, at) => [
    `/costs/${month}.txt`,
    `Costs of ${month}\nTotal: ${amounts[at]} euros\nChecked by ${random.pick(people)}`,
  ]));
  return {
    instruction:
      `Each file in /costs has one line "Total: … euros". Add these totals up and write the sum, the number alone, to /costs-total.txt.`,
    state: { files: { files }, calculator: {} },
    reference: [
      call("list_files", { folder: "/costs" }),
      ...Object.keys(files).map((path) => call("read_file", { path })),
      call("calculate", { expression: amounts.join(" + ") }),
      call("write_file", { path: "/costs-total.txt", content: String(amounts.reduce((a, b) => a + b)) }),
    ],
  };
};

/** A line for the log, at its end. */
const appendLog: Template = (random) => {
  const [who, other] = random.shuffle(people);
  const project = random.pick(projects);
  const log = `Log of ${project}\n${other}: began.\n`;
  return {
    instruction:
      `Add the line "${who}: reviewed." at the end of /log/${project.toLowerCase()}.txt and keep what stands there.`,
    state: {
      files: {
        files: { [`/log/${project.toLowerCase()}.txt`]: log, "/log/readme.txt": "One line for each step." },
      },
    },
    reference: [
      call("read_file", { path: `/log/${project.toLowerCase()}.txt` }),
      call("append_file", { path: `/log/${project.toLowerCase()}.txt`, content: `${who}: reviewed.\n` }),
    ],
  };
};

/** Empty files, deleted. */
const deleteEmpty: Template = (random) => {
  const names = some(random, projects, 5).map((name) => `/scratch/${name.toLowerCase()}.txt`);
  const empty = some(random, names, between(random, 1, 3));
  const files = Object.fromEntries(
    names.map((path) => [path, empty.includes(path) ? "" : `Kept by ${random.pick(people)}.`]),
  );
  return {
    instruction: "Delete the files in /scratch that are empty. Keep all others as they are.",
    state: { files: { files } },
    reference: [
      call("list_files", { folder: "/scratch" }),
      ...empty.toSorted().map((path) => call("delete_file", { path })),
    ],
  };
};

export const fileTemplates: Record<string, Template> = {
  "move-files": moveFiles,
  "rename-in-files": renameIn,
  "sum-files": sumFiles,
  "append-log": appendLog,
  "delete-empty": deleteEmpty,
};
