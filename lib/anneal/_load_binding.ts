import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const VERSION = /tfjs-node-gpu[\\/](?:[^\\/]+[\\/])?dist[\\/]version\.js$/;

/**
 * Have TensorFlow.js's package load the binding at a path of our cache, in place of the one that it looks for inside itself.
 *
 * Which copy of the package an import means is the choice of whoever runs: in a project of one's own it is not the clone's,
 * and any copy may lie where nothing can be written.
 */
export async function loadBindingFrom(path: string): Promise<void> {
  // Light, and CommonJS: having loaded it tells where the copy lies.
  await import("@tensorflow/tfjs-node-gpu/dist/version.js");
  const loaded = Object.keys(createRequire(import.meta.url).cache).find((file) => VERSION.test(file));
  if (loaded === undefined) throw new Error("Cannot find where the package @tensorflow/tfjs-node-gpu lies");
  const manifest = join(dirname(dirname(loaded)), "package.json");
  const finder: { find(manifest: string, options?: unknown): string } = createRequire(loaded)(
    "@mapbox/node-pre-gyp/lib/pre-binding.js",
  );
  const { find } = finder;
  finder.find = (wanted, options) => wanted === manifest ? path : find(wanted, options);
}
