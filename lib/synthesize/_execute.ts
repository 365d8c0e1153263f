/** What a program gave: its number, or why there is none. */
export type Executed = { value: number } | { failure: string };

/** How long one program may run. */
const timeoutSeconds = 5;
const memoryMegabytes = 256;

/** Run one JavaScript expression in the sandbox, alone, as a model wrote it. */
export async function execute(expression: string): Promise<Executed> {
  // A second statement cannot close the parenthesis unnoticed: the sandbox holds whatever runs.
  const { runSandboxed } = await import("../evaluate/mod.ts");
  const { status, stdout, stderr } = await runSandboxed(`console.log(String((\n${expression}\n)));`, {
    timeoutSeconds,
    memoryMegabytes,
  });
  if (status !== "ok") return { failure: status === "error" ? firstLine(stderr) : status };
  const printed = stdout.trim(), value = Number(printed);
  return printed !== "" && Number.isFinite(value)
    ? { value }
    : { failure: `no number: ${firstLine(printed)}` };
}

/** Run many expressions of our own in one sandbox; if it fails as a whole, each alone. */
export async function executeTogether(expressions: string[]): Promise<Executed[]> {
  const { runSandboxed } = await import("../evaluate/mod.ts");
  const { status, stdout } = await runSandboxed(
    `const results = ${JSON.stringify(expressions)}.map((expression) => {
  try {
    const value = Number(new Function("return (" + expression + ");")());
    return Number.isFinite(value) ? { value } : { failure: "no number" };
  } catch (error) {
    return { failure: String(error) };
  }
});
console.log(JSON.stringify(results));`,
    { timeoutSeconds, memoryMegabytes },
  );
  if (status === "ok") return JSON.parse(stdout);
  const alone: Executed[] = [];
  for (const expression of expressions) alone.push(await execute(expression));
  return alone;
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0]!.slice(0, 200);
}
