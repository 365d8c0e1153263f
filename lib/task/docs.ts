// deno-lint-ignore-file no-console
/**
 * `deno task docs`: the documentation as pages to browse, without a server: rooms, jobs, gallery, notebooks, search.
 * @module
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { writeSite } from "./docs/_site.ts";
import { task } from "./_task.ts";

const HELP = `deno task docs [--out DIR] [--runs DIR]

  --out DIR    where the pages go; default out/docs
  --runs DIR   where executed notebooks lie: one whose code is the notebook's is shown with its outputs; default out

Writes static pages that a browser opens from the folder, without a server or network. The exit code is 1 where a link of
theirs leads nowhere.`;

if (import.meta.main) {
  await task({
    help: HELP,
    flags: { out: "text", runs: "text" },
    here: true,
    run: async ({ out = join("out", "docs"), runs = "out" }) => {
      const { pages, bytes, dead } = await writeSite(out, { runs });
      for (const { page, href, why } of dead) console.error(`${page}: ${href}: ${why}`);
      console.log(`${pages.length} pages, ${(bytes / 1e6).toFixed(1)} MB, ${dead.length} dead links`);
      console.log(pathToFileURL(resolve(out, "index.html")).href);
      return dead.length > 0 ? 1 : 0;
    },
  });
}
