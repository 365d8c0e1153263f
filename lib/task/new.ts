// deno-lint-ignore-file no-console
/**
 * `deno task new DIR`: a project of one's own, in a folder anywhere: what Deno needs to find this kit, starter notebooks, and
 * tasks that open and run them. What lies there already is left.
 * @module
 */
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { exists } from "../base/mod.ts";
import { recommendedDeno } from "./_least_deno.ts";
import { refuse, task } from "./_task.ts";

const HELP = `deno task new DIR

  DIR   a folder, made where it is missing; files that are there stay, and none is written over

Writes deno.json, a notebook for each of the five jobs, README.md and .gitignore. The project uses this clone where it
stands, in the versions that it has pinned, and needs no network once \`deno task setup\` has run.`;

const CLONE = fileURLToPath(new URL("../../", import.meta.url));
const JOBS = fileURLToPath(new URL("jobs/", import.meta.url));

/** A project's tasks: this clone's, run where the project stands. */
const TASKS = {
  lab: "JupyterLab in this folder",
  run: "Run a notebook and write it with its outputs, and as one HTML page",
  doctor: "What is installed, and what is missing",
  setup: "Install the native libraries and weights into the cache",
};

/** A path as one word of Deno's task shell. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", `'"'"'`)}'`;
}

/**
 * A project's `deno.json`. The kit is linked rather than listed, so that its own `deno.json` says what it needs, today and
 * after it was brought up to date.
 */
function configuration(name: string, compilerOptions: unknown, withScripts: readonly string[]): string {
  const tasks = Object.entries(TASKS).map(([task, description]) => [task, {
    description,
    command: `deno run -A ${quoted(join(CLONE, "lib", "task", `${task}.ts`))}`,
  }]);
  const config = {
    links: [CLONE.replace(/[\\/]$/, "")],
    imports: { midtrain: `jsr:${name}@*`, "midtrain/": `jsr:/${name}@*/` },
    tasks: Object.fromEntries(tasks),
    // Nothing needs them, as `setup` puts what they would fetch into the cache; unnamed, Deno warns of them in yellow.
    allowScripts: { allow: [], deny: withScripts },
    // Types are checked together with the kit's, which were written for these.
    compilerOptions,
  };
  return JSON.stringify(config, null, 2) + "\n";
}

/**
 * A project's `deno.lock`: the versions of every package as here, which Deno's cache holds. What the kit needs stands under
 * its link, or Deno would drop from the file what the first notebook does not import.
 */
function locked(text: string, name: string, version: string): string {
  const lock = JSON.parse(text) as { workspace: { dependencies: string[] } };
  const links = { [`jsr:${name}@${version}`]: lock.workspace, "jsr:@std/cli@1.0.23": {} };
  return JSON.stringify({ ...lock, workspace: { dependencies: [`jsr:${name}@*`], links } }, null, 2) + "\n";
}

/** The packages that bring a script for their installation, by name. */
function packagesWithScripts(lock: string): string[] {
  const { npm } = JSON.parse(lock) as { npm: Record<string, { scripts?: boolean }> };
  const names = Object.entries(npm).filter(([, { scripts }]) => scripts)
    .map(([id]) => `npm:${/^@?[^@]+/.exec(id)![0]}`);
  return [...new Set(names)].sort();
}

/** The first heading of a notebook, and what it is called. */
function line(name: string, text: string): string {
  const { cells } = JSON.parse(text) as { cells: { source: string | string[] }[] };
  const [, title = name] = /^# (.+)$/m.exec([cells[0]?.source ?? ""].flat().join("")) ?? [];
  return `- \`${name}\`: ${title}`;
}

function readme(name: string, jobs: readonly string[]): string {
  return `# ${name}

A project that uses midtrain from ${CLONE}: move that folder, and \`links\` and \`tasks\` in \`deno.json\` must follow.

${jobs.join("\n")}

\`deno task lab\` opens them in JupyterLab, \`deno task run NOTEBOOK --set NAME=VALUE\` runs one and writes it to \`out\`; paths
start where you stand. \`deno task doctor\` says what is missing. Scripts: \`deno run -A my.ts\`, with
\`import { fitLaw } from "midtrain/laws"\`. Without Deno on the path, write \`npx --yes deno@${recommendedDeno} task …\`.
`;
}

/** The files of a new project by name. */
async function filesOf(folder: string): Promise<Map<string, string>> {
  const { name, version, compilerOptions } = JSON.parse(await Deno.readTextFile(join(CLONE, "deno.json")));
  const lock = await Deno.readTextFile(join(CLONE, "deno.lock"));
  const names = (await Array.fromAsync(Deno.readDir(JOBS))).map((entry) => entry.name)
    .filter((name) => name.endsWith(".ipynb")).sort();
  const jobs = await Promise.all(
    names.map(async (name) => [name, await Deno.readTextFile(join(JOBS, name))] as const),
  );
  return new Map([
    ["deno.json", configuration(name, compilerOptions, packagesWithScripts(lock))],
    ["deno.lock", locked(lock, name, version)],
    [".gitignore", "out/\n.ipynb_checkpoints/\nnode_modules/\n"],
    ["README.md", readme(basename(folder), jobs.map(([name, text]) => line(name, text)))],
    ...jobs,
  ]);
}

/**
 * Make a project.
 *
 * @returns The files that were written, by name.
 * @throws {Error} If one of them, or something else that is no folder, is there: nothing is written then.
 */
export async function makeProject(folder: string): Promise<string[]> {
  const files = await filesOf(folder);
  const there = (await Promise.all(
    [...files.keys()].map(async (name) => await exists(join(folder, name)) ? [name] : []),
  )).flat();
  if (there.length > 0) {
    throw new Error(
      `Cannot make a project in ${folder} as these files are there: ${there.join(", ")}; nothing was written`,
    );
  }
  try {
    await Deno.mkdir(folder, { recursive: true });
    for (const [name, text] of files) await Deno.writeTextFile(join(folder, name), text, { createNew: true });
  } catch (error) {
    throw new Error(`Cannot make a project in ${folder}: ${(error as Error).message}`, { cause: error });
  }
  return [...files.keys()];
}

if (import.meta.main) {
  await task({
    help: HELP,
    words: true,
    here: true,
    run: async (_, words) => {
      if (words.length !== 1) refuse(`one folder must be given: there are ${words.length}; see --help`);
      const folder = resolve(words[0]);
      const names = await makeProject(folder);
      const notebook = names.find((name) => name.endsWith(".ipynb"));
      console.log([
        `${folder}: ${names.join(", ")}`,
        `Next: cd ${
          quoted(relative(Deno.cwd(), folder) || ".")
        } && deno task lab, or deno task run ${notebook}`,
      ].join("\n"));
    },
  });
}
