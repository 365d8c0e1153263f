import { join } from "node:path";
import { takes, wholeNumber } from "../../base/mod.ts";
import type { Json, StageWork } from "../../run/mod.ts";
import { nearDuplicateKeys, type NearDuplicateKeysOptions } from "../../select/mod.ts";
import { Counts, documentsOf, READS_DOCUMENTS } from "./_documents.ts";
import { partName, placeOf, writeKeys } from "./_keys.ts";

type Parameters = Required<NearDuplicateKeysOptions> & { parts: number };

/**
 * Near-duplicates, first step of four: the keys of each document, divided into as many files as `near-pairs` has parts, so that
 * documents with a key in common meet there.
 */
const work: StageWork<Parameters & Record<string, Json>> = {
  name: "near-keys",
  version: "1",
  reads: READS_DOCUMENTS,
  parameters(given) {
    takes("Cannot make keys", given, "shingleWords?, bands?, rows?, digits?, parts?");
    const { parts = 16, ...options } = given as Partial<Parameters>;
    wholeNumber("Cannot make keys", { parts }, "in [1, 9999]");
    nearDuplicateKeys(options);
    const { shingleWords = 5, bands = 14, rows = 8, digits = "keep" } = options;
    return { shingleWords, bands, rows, digits, parts };
  },
  async work({ index, inputs, parameters, out }) {
    const { parts, shingleWords, bands, rows, digits } = parameters;
    const options = { shingleWords, bands, rows, digits };
    const keysOf = nearDuplicateKeys(options);
    const found: number[][] = Array.from({ length: parts }, () => []);
    const counts = new Counts();
    let ordinal = 0;
    for await (const { text } of documentsOf(inputs.documents, counts)) {
      for (const key of keysOf(text) ?? []) found[key % parts].push(key, placeOf(index, ordinal));
      ordinal++;
    }
    for (const [part, values] of found.entries()) {
      await writeKeys(join(out, partName(part, parts)), { options, values: Float64Array.from(values) });
    }
    return counts.all;
  },
};

export default work;
