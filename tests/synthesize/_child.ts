/** A run in a process of its own, to be killed: URL, folder of the journal, output file, how many texts of several rounds. */
import { writeJsonl } from "../../lib/data/mod.ts";
import { openModel } from "../../lib/llm/mod.ts";
import { synthesize } from "../../lib/synthesize/mod.ts";
import { mended } from "./_mended.ts";
import { echo, pages } from "./_server.ts";

const [baseURL, folder, output, accept] = Deno.args as [string, string, string, string | undefined];
await using model = await openModel({ kind: "endpoint", baseURL, maxRetries: 0, cache: false });
const run = accept
  ? synthesize(pages(40), mended, { model, folder, workers: 4, accept: Number(accept) })
  : synthesize(pages(40), echo, { model, folder, workers: 4 });
await writeJsonl(output, run);
