import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Kernel, type Message } from "../../lib/notebook/_kernel.ts";

/** Run code with `press()` for Ctrl+C in a process of its own: Deno's test runner ends at SIGINT. */
async function run(
  code: string,
  { listens = true } = {},
): Promise<{ code: number; signal: string | null; printed: string }> {
  const hears = listens
    ? `const on = () => { Deno.removeSignalListener("SIGINT", on); clearInterval(alive); setTimeout(heard, 0); };
       Deno.addSignalListener("SIGINT", on);`
    : "";
  const program = `import { interrupt } from "midtrain/notebook";
    // Returns once the press was heard, and never where it ends the process.
    const press = () => new Promise((heard) => {
      const alive = setInterval(() => {}, 1000);
      ${hears}
      Deno.kill(Deno.pid, "SIGINT");
    });
    ${code}`;
  const { code: exit, signal, stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", program] })
    .output();
  return { code: exit, signal, printed: new TextDecoder().decode(stdout) };
}

Deno.test("interrupt() aborts every live signal at SIGINT and no disposed one", async () => {
  const { printed } = await run(`
    using outer = interrupt();
    const gone = interrupt();
    gone[Symbol.dispose]();
    gone[Symbol.dispose]();
    { using inner = interrupt(); await press(); console.log(inner.aborted, inner.reason.name); }
    console.log(outer.aborted, gone.aborted);
  `);
  assert.equal(printed, "true AbortError\ntrue false\n");
});

Deno.test("interrupt() leaves SIGINT as it was once disposed", async () => {
  const { signal, printed } = await run(
    "interrupt()[Symbol.dispose](); await press(); console.log('lives');",
    { listens: false },
  );
  assert.deepEqual([signal, printed], ["SIGINT", ""]);
});

Deno.test("interrupt() lets a second press end a program on the terminal, and keeps none alive", async () => {
  assert.equal(
    (await run("const stop = interrupt(); await press(); await press(); await press();")).code,
    130,
  );
  assert.equal((await run("interrupt();")).code, 0);
});

Deno.test("interrupt() keeps the kernel's state when the Stop button is pressed twice", async () => {
  const kernel = await Kernel.start({ folder: fileURLToPath(new URL(".", import.meta.url)) });
  try {
    const printed: string[] = [];
    const onMessage = ({ type, content }: Message) => type === "stream" && printed.push(content.text);
    const loop = `import { interrupt } from "midtrain/notebook";
      let step = 0; const stop = interrupt(); console.log("running");
      while (!stop.aborted) { step++; await new Promise((r) => setTimeout(r, 5)); }
      console.log("stopped", step > 0);`;
    let pressed = false;
    const reply = await kernel.execute(loop, (message) => {
      onMessage(message);
      if (!pressed && printed.includes("running\n")) {
        pressed = true;
        kernel.interrupt();
        kernel.interrupt();
      }
    });
    assert.equal(reply.status, "ok");
    await kernel.execute("console.log('next cell', step > 0, stop.aborted)", onMessage);
    assert.deepEqual(printed, ["running\n", "stopped true\n", "next cell true true\n"]);
  } finally {
    await kernel.kill();
  }
});

Deno.test("a Stop during training keeps the model, the next cell runs, and training goes on from there", async () => {
  const kernel = await Kernel.start({ folder: fileURLToPath(new URL(".", import.meta.url)) });
  try {
    const printed: string[] = [];
    const run = async (code: string, onText = (_: string) => {}) => {
      const reply = await kernel.execute(code, ({ type, content }: Message) => {
        if (type !== "stream") return;
        printed.push(content.text);
        onText(content.text);
      });
      assert.equal(reply.status, "ok", reply.evalue ?? "");
    };
    await run(`
      import { byteTokenizer, continueRun, llamaConfig, packDocuments, type Run } from "midtrain/anneal";
      import { interrupt } from "midtrain/notebook";
      const text = "the whale ".repeat(200);
      const source = await packDocuments([{ id: "1", text, source: "s", meta: {} }], byteTokenizer());
      const config = llamaConfig("1M", { layers: 1, width: 16, heads: 2, keyValueHeads: 1, feedForward: 16, context: 8 });
      const common = { config, sources: [source], schedule: () => 1e-3, batch: 1, backend: "cpu" as const };
      let model: Run | undefined;`);
    // Without the Stop this cell would train for minutes.
    let pressed = false;
    await run(
      `{ using stop = interrupt();
         const onStep = ({ step }: { step: number }) => { if (step === 2) console.log("training"); };
         model = await continueRun(model, { ...common, steps: 100_000, signal: stop, onStep }); }
       console.log(model!.stopped, model!.log.length === model!.checkpoint.step, model!.checkpoint.step > 2);`,
      (text) => {
        if (pressed || !text.includes("training")) return;
        pressed = true;
        kernel.interrupt();
      },
    );
    await run(`
      const reached = model!.checkpoint.step;
      model = await continueRun(model, { ...common, steps: reached + 2 });
      console.log(model.stopped, model.log.length - reached);`);
    assert.deepEqual(printed.join(""), "training\ninterrupted true true\ndone 2\n");
  } finally {
    await kernel.kill();
  }
});
