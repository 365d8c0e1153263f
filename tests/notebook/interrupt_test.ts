import assert from "node:assert/strict";
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
  const kernel = await Kernel.start({ folder: new URL(".", import.meta.url).pathname });
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
