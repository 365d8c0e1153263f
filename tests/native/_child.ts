// Runs one set-up in a process of its own, so that tests can give it another environment, or kill it.
// deno-lint-ignore-file no-console
import { ensure } from "../../lib/native/mod.ts";
import type { ArtefactName } from "../../lib/native/mod.ts";
import { bind } from "../../lib/native/_binding.ts";
import { install } from "../../lib/native/_install.ts";

const [what, json, hang] = Deno.args as [string, string, string?];
const onProgress = ({ label }: { label: string }) => {
  if (!hang || !label.startsWith(hang)) return;
  console.log("reached");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
try {
  const argument = JSON.parse(json);
  if (what === "install") console.log(await install(argument, { onProgress }));
  else if (what === "bind") console.log(await bind(argument.artefact, argument.folder, { onProgress }));
  else console.log(JSON.stringify(await ensure(argument as ArtefactName, { variant: "cpu", onProgress })));
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
