import type { OnProgress } from "../base/mod.ts";

/** Progress as one line on standard error, where a person looks on. */
export function progressLine(): OnProgress | undefined {
  if (!Deno.stderr.isTerminal()) return undefined;
  const begun = performance.now();
  const encoder = new TextEncoder();
  return ({ label, done, total = done, unit, note }) => {
    const left = done > 0 ? (performance.now() - begun) / 1000 / done * (total - done) : NaN;
    const rest = done > 0 && done < total ? `, ${left.toFixed(0)} s left` : "";
    const line = `${label}: ${done} of ${total} ${unit}${rest}${note ? `; ${note}` : ""}`;
    Deno.stderr.writeSync(encoder.encode(`\r${line.padEnd(70)}${done >= total ? "\n" : ""}`));
  };
}
