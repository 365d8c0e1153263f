// deno-lint-ignore-file no-console
/**
 * `deno task pack`: an npm tarball of this package, which installs from the file: `npm install --ignore-scripts ./FILE`.
 * @module
 */
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { documentation, packedName } from "../notebook/_documentation.ts";
import { task } from "./_task.ts";
import { leastDeno } from "./_least_deno.ts";

const HELP = `deno task pack [--out FILE]

  --out FILE   where it goes; default midtrain-VERSION.tgz where you stand

In a project with a package.json: npm install --ignore-scripts ./FILE, then import "midtrain/laws" in what Deno runs.
The scripts of packages would fetch libraries that the kit does not use. In one with a deno.json alone: unpack FILE, and
  "nodeModulesDir": "auto", "links": ["./package"], "imports": { "midtrain/": "npm:/midtrain@*/" }`;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What of `deno.json` the package's description is made of. */
interface Project {
  version: string;
  imports: Record<string, string>;
}

async function run(program: string, args: string[], cwd = ROOT): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, cwd, stdout: "null" }).output();
  if (!success) {
    throw new Error(`Cannot pack as ${program} ${args[0]} failed:\n${new TextDecoder().decode(stderr)}`);
  }
}

/**
 * Deno's own description lists what is imported in so many words, in ranges. Here is also what is looked up by name, such as a
 * font, and all of it in the versions that the lock has.
 */
function describe(manifest: Record<string, unknown>, { imports }: Project): Record<string, unknown> {
  const pins = Object.values(imports).flatMap((specifier) => {
    const [, name, version] = /^npm:(.+)@([^@]+)$/.exec(specifier) ?? [];
    return name === undefined ? [] : [[name, version]];
  });
  return {
    ...manifest,
    name: "midtrain",
    description: "A notebook-style research kit for the mid-training of language models",
    engines: { deno: `>=${leastDeno}` },
    dependencies: Object.fromEntries(pins),
  };
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesBelow(join(folder, name));
    else yield join(folder, name);
  }
}

/** Have a module say `.js` where it names a file of ours by its address, and name the part of `@std/cli` that is packed. */
function renamed(file: string, code: string, parts: ReadonlyMap<string, string>): string {
  const to = (target: string) => {
    const path = relative(dirname(file), target).replaceAll("\\", "/");
    return path.startsWith(".") ? path : `./${path}`;
  };
  return code.replaceAll(/(["'])(\.{1,2}\/[\w./-]+)\.ts\1/g, "$1$2.js$1")
    .replaceAll(/(["'])(@std\/cli[\w/-]*)\1/g, (all, quote, name) => {
      const target = parts.get(name);
      return target === undefined ? all : quote + to(target) + quote;
    });
}

/** Finish what `deno pack` made: modules that are reached by their address alone are still TypeScript there. */
async function finish(folder: string): Promise<void> {
  const project: Project = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const manifest = join(folder, "package.json");
  const described = describe(JSON.parse(await Deno.readTextFile(manifest)), project);
  await Deno.writeTextFile(manifest, JSON.stringify(described, null, 2) + "\n");
  const standIn = join(ROOT, "lib", "std-cli");
  const { exports } = JSON.parse(await Deno.readTextFile(join(standIn, "deno.json")));
  const parts = new Map(
    Object.entries<string>(exports).map(([name, path]) =>
      [`@std/cli${name.slice(1)}`, join(folder, "lib", "std-cli", path.replace(/\.ts$/, ".js"))] as const
    ),
  );
  for await (const path of filesBelow(standIn)) {
    if (path.endsWith(".ts")) {
      await Deno.copyFile(path, join(folder, "lib", "std-cli", relative(standIn, path)));
    }
  }
  const sources = (await Array.fromAsync(filesBelow(folder))).filter((path) => /(?<!\.d)\.ts$/.test(path));
  for (const path of sources) {
    const target = path.replace(/\.ts$/, ".js");
    await run(
      Deno.execPath(),
      ["transpile", "--no-config", "--source-map", "none", "-o", target, path],
      folder,
    );
    await Deno.remove(path);
  }
  for await (const path of filesBelow(folder)) {
    if (!path.endsWith(".js")) continue;
    await Deno.writeTextFile(path, renamed(path, await Deno.readTextFile(path), parts));
  }
}

/** What `help` says: it is read from the sources, which are not packed. */
async function addDocumentation(folder: string): Promise<void> {
  await Deno.writeTextFile(join(folder, "lib", packedName), JSON.stringify(documentation()));
}

/** Make the tarball. @returns The folder that it holds, unpacked; whoever asked removes it. */
export async function pack(file?: string): Promise<{ folder: string; file: string }> {
  const { version }: Project = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const target = resolve(file ?? `midtrain-${version}.tgz`);
  const folder = await Deno.makeTempDir({ prefix: "midtrain-pack-" });
  const raw = join(folder, "raw.tgz");
  await run(Deno.execPath(), ["pack", "--allow-dirty", "--no-source-maps", "--output", raw]);
  await run("tar", ["-xzf", raw], folder);
  await finish(join(folder, "package"));
  await addDocumentation(join(folder, "package"));
  await run("tar", ["-czf", target, "package"], folder);
  return { folder, file: target };
}

if (import.meta.main) {
  await task({
    help: HELP,
    flags: { out: "text" },
    here: true,
    run: async ({ out }) => {
      const { folder, file } = await pack(out);
      await Deno.remove(folder, { recursive: true });
      console.log(file);
    },
  });
}
