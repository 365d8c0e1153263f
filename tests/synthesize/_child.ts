/** A run in a process of its own, to be killed: URL, folder of the journal, output file. */
import { writeJsonl } from "../../lib/data/mod.ts";
import { openModel } from "../../lib/llm/mod.ts";
import { synthesize } from "../../lib/synthesize/mod.ts";
import { echo, pages } from "./_server.ts";

const [baseURL, folder, output] = Deno.args as [string, string, string];
await using model = await openModel({ kind: "endpoint", baseURL, maxRetries: 0, cache: false });
await writeJsonl(output, synthesize(pages(40), echo, { model, folder, workers: 4 }));
