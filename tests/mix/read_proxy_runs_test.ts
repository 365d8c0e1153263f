import assert from "node:assert/strict";
import { proposeFromRuns, proxyRuns, readProxyRuns } from "../../lib/mix/mod.ts";

const folder = await Deno.makeTempDir({ prefix: "midtrain proxy é " });

async function written(name: string, text: string): Promise<string> {
  const path = `${folder}/${name}`;
  await Deno.writeTextFile(path, text);
  return path;
}

Deno.test("domains and targets lose the words that say what a column is, and what is no share is left out and told", async () => {
  const path = await written(
    "named.csv",
    "name,seed,share_web,share_code,eval/web/loss,val_loss_code\na,1,0.9,0.1,3,1.5\nb,2,0.5,0.5,3.1,\n",
  );
  const runs = await readProxyRuns(path);
  assert.deepEqual([...runs], [
    { name: "a", mixture: { web: 0.9, code: 0.1 }, losses: { web: 3, code: 1.5 } },
    { name: "b", mixture: { web: 0.5, code: 0.5 }, losses: { web: 3.1, code: null } },
  ]);
  assert.deepEqual(runs.notes, [
    `${path}: shares are share_web, share_code; losses are eval/web/loss, val_loss_code; runs are name; not read: seed`,
  ]);
  assert.deepEqual(proxyRuns(runs).targets, ["web", "code"]);
});

Deno.test("columns that are called as their domains are shares, percent and semicolons too", async () => {
  const runs = await readProxyRuns(await written("plain.csv", "web;code;loss\n90;10;3\n49.6;50.2;2.5\n"));
  assert.deepEqual(runs[0], { name: "row 1", mixture: { web: 0.9, code: 0.1 }, losses: { loss: 3 } });
});

Deno.test("records of this kit's own runs are read from JSON Lines", async () => {
  const own = [{ name: "a", mixture: { web: 0.25, code: 0.75 }, losses: { web: 3, code: 2 } }];
  const path = await written("own.jsonl", own.map((run) => JSON.stringify(run)).join("\n"));
  assert.deepEqual([...await readProxyRuns(path)], own);
});

Deno.test("names that would be alike stay whole", async () => {
  const path = await written("alike.csv", "web,code,val_loss_web,test_loss_web\n0.5,0.5,3,3.1\n");
  assert.deepEqual(Object.keys((await readProxyRuns(path))[0].losses), ["val_loss_web", "test_loss_web"]);
});

Deno.test("columns may be named, and a name that is none is told with those that there are", async () => {
  const path = await written("odd.csv", "web,code,temperature,ppl\n0.5,0.5,0.7,3\n");
  const named = { domains: ["web", "code"], losses: ["ppl"] };
  assert.deepEqual((await readProxyRuns(path, named))[0].losses, { ppl: 3 });
  await assert.rejects(readProxyRuns(path, { losses: ["bpb"] }), {
    message:
      `Cannot read ${path} as a column of losses must be one of web, code, temperature, ppl: current value is bpb`,
  });
  await assert.rejects(readProxyRuns(path), {
    message:
      `Cannot read ${path} as a column must hold a loss: none of web, code, temperature, ppl is one by its name; give losses, their columns`,
  });
  await assert.rejects(readProxyRuns(path, { losses: ["ppl"] }), {
    message:
      `Cannot read ${path} as the shares of a run must sum to 1, or to 100: those of row 1 sum to 1.7 over web, code, temperature; where these are not the domains, give domains, their columns`,
  });
});

Deno.test("a share that is no number is told with its line, and a table without runs or shares is refused", async () => {
  const path = await written("hole.csv", "share web,share code,loss\n0.5,0.5,3\n1,,3\n");
  await assert.rejects(
    readProxyRuns(path),
    /row 2, column share code, must be a finite number: current value is ""/,
  );
  await assert.rejects(
    readProxyRuns(await written("none.csv", "web,code,loss\n")),
    /a row for each run: there is none/,
  );
  await assert.rejects(
    readProxyRuns(await written("losses.csv", "run,loss\na,3\n")),
    /give domains, their columns/,
  );
  await assert.rejects(readProxyRuns(await written("list.jsonl", "[1]\n")), /record 0 must be an object/);
});

Deno.test("what was read proposes a mixture as it stands", async () => {
  const shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
  const rows = shares.map((code, i) => [1 - code, code, 1 + Math.exp(-2 * code) + 1e-3 * (-1) ** i].join());
  const runs = await readProxyRuns(await written("many.csv", ["web,code,loss", ...rows].join("\n")));
  const { shares: proposed } = proposeFromRuns(runs, { prior: { web: 0.9, code: 0.1 }, resamples: 20 });
  assert.equal(proposed[0].domain, "code");
});
