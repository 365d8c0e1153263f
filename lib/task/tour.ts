// deno-lint-ignore-file no-console
/**
 * `deno task tour`: sets up what is missing and runs `notebooks/00_tour.ipynb` from raw text to a decay law; writes the
 * executed notebook, one self-contained HTML page and every figure.
 * @module
 */
import { task } from "./_task.ts";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomic } from "../base/mod.ts";
import { renderPng } from "../figure/mod.ts";
import { ARTEFACTS, ensure, runsHere } from "../native/mod.ts";
import { execute, interrupt, type Notebook, onProgress } from "../notebook/mod.ts";
import { readCall } from "./run.ts";

const HELP = `deno task tour [--small] [--out DIR] [--set NAME=VALUE ...]

  --small           the smallest setting that still runs every stage (about a minute)
  --out DIR         where the results go; default out/tour
  --set NAME=VALUE  override a parameter of the notebook, for example --set seed=2, or --set publicSets=true
                    for news pages and GSM8K besides, from the data mirror or the network`;

const NOTEBOOK = fileURLToPath(new URL("../../notebooks/00_tour.ipynb", import.meta.url));

if (import.meta.main) {
  await task({
    help: HELP,
    flags: { small: "switch", out: "text", set: "texts" },
    here: true,
    run: async ({ small, out, set }) =>
      await tour(out ?? "out/tour", { ...(small ? { small } : {}), ...await readCall(NOTEBOOK, set) }),
  });
}

async function tour(out: string, settings: Record<string, unknown>): Promise<number> {
  using stop = interrupt();
  await using listener = onProgress();
  const needed = new Set(ARTEFACTS.filter((artefact) => runsHere(artefact)).map((artefact) => artefact.name));
  for (const name of needed) await ensure(name, { onProgress: listener, signal: stop });
  const output = join(out, basename(NOTEBOOK));
  const html = join(out, "index.html");
  let notebook: Notebook;
  try {
    ({ notebook } = await execute(NOTEBOOK, {
      parameters: settings,
      output,
      html,
      timeoutSeconds: 900,
      signal: stop,
      onProgress: listener,
    }));
  } catch (error) {
    if (!stop.aborted) throw error;
    await listener[Symbol.asyncDispose]();
    console.error(`The tour was stopped. What ran is in ${output} and ${html}. Run it again from its start.`);
    return 130;
  }
  const figures = await writeFigures(notebook, join(out, "figures"));
  console.log(
    `\nThe page:      ${html}\nThe notebook:  ${output}\nThe figures:   ${join(out, "figures")} (${figures})`,
  );
  const folder = relative(Deno.cwd(), dirname(NOTEBOOK)) || ".";
  console.log(`Next:          deno task lab "${folder}", and open ${basename(NOTEBOOK)}`);
  return 0;
}

/** Every figure of an executed notebook as SVG and PNG, numbered in their order. */
async function writeFigures(notebook: Notebook, folder: string): Promise<number> {
  let count = 0;
  for (const cell of notebook.cells) {
    for (const made of cell.outputs ?? []) {
      const data = "data" in made ? made.data : undefined;
      const svg = data?.["image/svg+xml"] as string | string[] | undefined;
      const spec = data?.["application/vnd.vegalite.v5+json"];
      if (!svg || !spec) continue;
      const name = `${String(++count).padStart(2, "0")}-${slug(spec as { title?: unknown })}`;
      await writeAtomic(join(folder, `${name}.svg`), [svg].flat().join(""));
      await writeAtomic(
        join(folder, `${name}.png`),
        await renderPng(spec as Record<string, unknown>, { scale: 2 }),
      );
    }
  }
  return count;
}

function slug({ title }: { title?: unknown }): string {
  const text = typeof title === "string" ? title : (title as { text?: string } | undefined)?.text ?? "figure";
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60);
}
