import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { available } from "../../lib/native/mod.ts";
import { said } from "../_said.ts";

const folder = fileURLToPath(new URL("../../lib/task/jobs/", import.meta.url));
const pages = Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => name.endsWith(".md"));

Deno.test({
  name: "the code on each job's page runs as it stands (needs tensorflow and the embedded model)",
  ignore: !await available("tensorflow") || !await available("smollm2"),
  fn: async () => {
    assert(pages.length > 0);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--doc", "-A", "--no-check", ...pages.map((name) => folder + name)],
      env: { NO_COLOR: "1", OPENAI_BASE_URL: "", OPENAI_API_KEY: "", OPENAI_MODEL: "" },
    }).output();
    const words = said(stdout) + said(stderr);
    assert.equal(code, 0, words);
    const ran = new Set(words.match(/\w+\.md(?=#)/g));
    assert.deepEqual([...ran].sort(), pages.toSorted(), "a page without code that runs");
  },
});
