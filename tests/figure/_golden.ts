import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { exists, writeAtomic } from "../../lib/base/mod.ts";
import { narrow, renderSvg, type Spec } from "../../lib/figure/mod.ts";

const folder = fileURLToPath(new URL("./golden/", import.meta.url));

/**
 * Assert that a figure still draws as its golden `tests/figure/golden/NAME.svg`, its layout for a phone as
 * `golden/narrow/NAME.svg`, and that Vega has nothing to warn of. A mismatch leaves `NAME-changed.svg` beside it to look at. A
 * golden is only ever written when MIDTRAIN_GOLDENS=write.
 */
export async function assertGolden(name: string, spec: Spec): Promise<void> {
  await assertDrawn(name, spec);
  await assertDrawn(`narrow/${name}`, narrow(spec)!);
}

async function assertDrawn(name: string, spec: Spec): Promise<void> {
  const svg = normalize(
    await renderSvg(spec, {
      onWarning: (message) => assert.fail(`The figure ${name} draws with a warning: ${message}`),
    }),
  );
  const golden = `${folder}${name}.svg`;
  const changed = `${folder}${name}-changed.svg`;
  if (Deno.env.get("MIDTRAIN_GOLDENS") === "write") return await writeAtomic(golden, svg);
  if (!await exists(golden)) {
    await writeAtomic(changed, svg);
    assert.fail(`The figure ${name} has no golden: look at ${changed}, then run deno task goldens`);
  }
  if (svg === await Deno.readTextFile(golden)) {
    if (await exists(changed)) await Deno.remove(changed);
    return;
  }
  await writeAtomic(changed, svg);
  assert.fail(`The figure ${name} differs from its golden: compare ${changed}, then run deno task goldens`);
}

/** Ids by order of appearance and numbers to 3 decimals, one element a line: what may differ between machines goes. */
export function normalize(svg: string): string {
  const ids = new Map<string, string>();
  const named = svg.replace(/(\bid="|url\(#|href="#)([^")]+)/g, (_, before: string, id: string) => {
    if (!ids.has(id)) ids.set(id, `id${ids.size + 1}`);
    return before + ids.get(id);
  });
  const rounded = named.replace(/-?\d*\.\d{4,}(e-?\d+)?/g, (number) => {
    const value = Number(number).toFixed(3).replace(/\.?0+$/, "");
    return value === "-0" ? "0" : value;
  });
  return rounded.replaceAll("><", ">\n<") + "\n";
}
