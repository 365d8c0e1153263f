/** What the tests of sweep() run in processes of their own. */
export default function run(point: { x: number; kill?: boolean; hang?: boolean }): unknown {
  // deno-lint-ignore no-console
  console.log(`noise about ${point.x}`);
  if (point.kill) Deno.kill(Deno.pid, "SIGKILL");
  if (point.hang) return new Promise(() => setInterval(() => {}, 1e6));
  if (point.x < 0) throw new RangeError(`x is ${point.x}`);
  return { square: point.x ** 2, nested: { half: point.x / 2 } };
}
