/**
 * The kit as its user has it: in a clone whose path has to be written otherwise in a URL, from projects outside it.
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../base/mod.ts";
import { freePort } from "../lab.ts";
import { answers, runCell } from "./_jupyter_client.ts";
import { part } from "./_part.ts";
import { claim, same, type VerifyRow } from "./_row.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Nothing but this machine is reached: whatever asks the network fails. */
const OFFLINE = {
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
  NO_PROXY: "127.0.0.1,localhost",
};

const PARTS = { jobs, home, lab, tour, package: npmPackage };

export default part({
  help:
    `the kit from an empty folder outside a clone, both with spaces and accents in their paths; about 5 minutes
NAMES        only these
--fresh      with empty caches: 475 MB and the npm packages are downloaded`,
  flags: { fresh: "switch" },
  names: Object.keys(PARTS),
  async *verify({ fresh }, names, say) {
    const folder = await Deno.makeTempDir({ prefix: "midtrain own é " });
    try {
      const env: Record<string, string> = {};
      if (fresh) {
        env.DENO_DIR = join(folder, "deno");
        env.MIDTRAIN_CACHE = join(folder, "cache");
      }
      const place = await setUp(folder, env, say);
      for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
        yield* PARTS[name as keyof typeof PARTS](place, say);
      }
      yield same("files written into the clone since its set-up", "", "", await changed(place));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Where a user is. */
interface Place {
  clone: string;
  /** An empty folder outside. */
  desk: string;
  /** Variables that name the caches, where they are not the user's. */
  caches: Record<string, string>;
  /** These, and what keeps every command off the network. */
  env: Record<string, string>;
  /** The clone's files after its set-up, with their times. */
  files: Map<string, number>;
}

async function setUp(
  folder: string,
  env: Record<string, string>,
  say: (line: string) => void,
): Promise<Place> {
  const clone = join(folder, "klon é #1 100%", "mid train");
  const desk = join(folder, "Schreibtisch ü");
  for (const path of [clone, desk]) await Deno.mkdir(path, { recursive: true });
  for (const name of ["lib", "notebooks", "deno.json", "deno.lock", "README.md", "CHANGELOG.md", "LICENSE"]) {
    await copy(join(ROOT, name), join(clone, name));
  }
  const { seconds, code, said } = await deno(clone, ["task", "setup"], env);
  if (code !== 0) throw new Error(`task setup failed in ${clone}:\n${said}`);
  say(`set up in ${seconds.toFixed(0)} s`);
  return { clone, desk, caches: env, env: { ...env, ...OFFLINE }, files: await filesOf(clone) };
}

async function copy(from: string, to: string): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

async function filesOf(folder: string, below = ""): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    const path = join(below, name);
    if (isDirectory) { for (const entry of await filesOf(folder, path)) files.set(...entry); }
    else files.set(path, Number((await Deno.lstat(join(folder, path))).mtime));
  }
  return files;
}

async function changed({ clone, files }: Place): Promise<string> {
  const now = await filesOf(clone);
  return [...now].filter(([path, time]) => files.get(path) !== time).map(([path]) => path).join(" ");
}

/** Run Deno where a user stands; what it said, and how long it took. */
async function deno(
  cwd: string,
  args: string[],
  env: Record<string, string>,
  clearEnv = false,
): Promise<{ code: number; said: string; seconds: number }> {
  const started = performance.now();
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", ...env, INIT_CWD: cwd },
    clearEnv,
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { code, said, seconds: (performance.now() - started) / 1000 };
}

/** A row of a command that should end well; its last line where it does not. */
function endsWell(item: string, { code, said, seconds }: Awaited<ReturnType<typeof deno>>): VerifyRow {
  const last = said.trim().split("\n").slice(-2).join(" ");
  const ours = code === 0 ? `${seconds.toFixed(1)} s` : `exit code ${code}: ${last}`;
  return claim(item, "", { ours, allowed: "exit code 0", holds: code === 0 });
}

/** Make a project, as it is called from another folder. */
async function newProject(place: Place, name: string): Promise<{ project: string; row: VerifyRow }> {
  const args = ["task", "--config", join(place.clone, "deno.json"), "new", name];
  const made = await deno(place.desk, args, place.env);
  return { project: join(place.desk, name), row: endsWell(`new "${name}"`, made) };
}

/** Every starter notebook, run in a new project. */
async function* jobs(place: Place, say: (line: string) => void): AsyncGenerator<VerifyRow> {
  const { project, row } = await newProject(place, "mein Projekt é");
  yield row;
  const names = (await Array.fromAsync(Deno.readDir(project))).map(({ name }) => name);
  const lock = async () => sha256(await Deno.readTextFile(join(project, "deno.lock"))).slice(0, 12);
  const before = await lock();
  for (const name of names.filter((name) => name.endsWith(".ipynb")).sort()) {
    say(`run ${name}`);
    yield endsWell(`run ${name}`, await deno(project, ["task", "run", name], place.env));
  }
  yield same("its lock, so that every version is the clone's", "before", before, await lock());
  yield endsWell("doctor", await deno(project, ["task", "doctor", "--strict"], place.env));
}

/** A user whose environment has no `HOME`, as under a service. */
async function* home(place: Place): AsyncGenerator<VerifyRow> {
  const { project } = await newProject(place, "ohne HOME");
  const env = { ...place.env, PATH: Deno.env.get("PATH") ?? "" };
  const ran = await deno(project, ["task", "run", "00_start.ipynb"], env, true);
  yield endsWell("run 00_start.ipynb without HOME", ran);
}

/** JupyterLab from a project, and one cell in its kernel. */
async function* lab(place: Place, say: (line: string) => void): AsyncGenerator<VerifyRow> {
  const { project } = await newProject(place, "Labor ö");
  await deno(project, ["task", "lab", "--install-only"], {});
  const token = crypto.randomUUID();
  const port = freePort(18888, 100);
  say(`JupyterLab at port ${port}`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "lab", "--no-browser", "--port", `${port}`],
    cwd: project,
    env: { ...place.env, JUPYTER_TOKEN: token, INIT_CWD: project },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    const server = { address: `http://127.0.0.1:${port}`, token };
    await answers(server, 60);
    const code =
      `import { wsd } from "midtrain/schedule"; console.log(wsd({ peak: 1, steps: 100, decayFraction: 0.2 })(90));`;
    yield same(
      "lab: a cell in its kernel",
      "the linear decay's middle",
      "0.5",
      await runCell(server, "00_start.ipynb", code),
    );
  } finally {
    child.kill("SIGTERM");
    await child.status;
  }
}

/** The tour, called from a folder beside the clone. */
async function* tour(place: Place): AsyncGenerator<VerifyRow> {
  const args = ["task", "--config", join(place.clone, "deno.json"), "tour", "--small", "--out", "die Tour"];
  yield endsWell("tour --small", await deno(place.desk, args, place.env));
  const names = (await Array.fromAsync(Deno.readDir(join(place.desk, "die Tour")))).map(({ name }) => name);
  yield claim("its page", "", {
    ours: names.sort().slice(-3).join(" "),
    allowed: "index.html",
    holds: names.includes("index.html"),
  });
}

/** The tarball, installed by npm. */
async function* npmPackage(place: Place, say: (line: string) => void): AsyncGenerator<VerifyRow> {
  const project = join(place.desk, "npm Projekt");
  await Deno.mkdir(project);
  const packed = await deno(project, ["task", "--config", join(place.clone, "deno.json"), "pack"], place.env);
  yield endsWell("pack", packed);
  const made = (await Array.fromAsync(Deno.readDir(project))).map(({ name }) => name);
  const tarball = made.find((name) => name.endsWith(".tgz")) ?? "no tarball";
  await Deno.writeTextFile(join(project, "package.json"), '{ "type": "module" }');
  say(`npm install ${tarball}`);
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`];
  const npm = await new Deno.Command("npm", { args, cwd: project }).output();
  yield claim("npm install", "", {
    ours: `exit code ${npm.code}`,
    allowed: "exit code 0",
    holds: npm.success,
  });
  yield await tensors("tensors from npm", project, place);
  const other = join(place.desk, "Deno Projekt");
  await Deno.mkdir(other);
  await new Deno.Command("tar", { args: ["-xzf", join(project, tarball)], cwd: other }).output();
  const config = {
    nodeModulesDir: "auto",
    links: ["./package"],
    imports: { "midtrain/": "npm:/midtrain@*/" },
  };
  await Deno.writeTextFile(join(other, "deno.json"), JSON.stringify(config));
  // Without a lock Deno asks the registry for versions.
  yield await tensors("tensors from a linked folder", other, { ...place, env: place.caches });
}

async function tensors(item: string, project: string, { env }: Place): Promise<VerifyRow> {
  const program = 'import { backend } from "midtrain/anneal";\nconsole.log((await backend()).name);\n';
  await Deno.writeTextFile(join(project, "a.ts"), program);
  const { said } = await deno(project, ["run", "-A", "a.ts"], env);
  return same(
    item,
    "the clone's",
    "node-gpu",
    said.split("\n").includes("node-gpu") ? "node-gpu" : said.slice(-200),
  );
}
