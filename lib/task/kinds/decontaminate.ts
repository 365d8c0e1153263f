import { basename } from "node:path";
import { oneOf, takes } from "../../base/mod.ts";
import {
  buildIndex,
  decontaminate,
  type DecontaminateOptions,
  type EvaluationItem,
  findContamination,
  readItems,
} from "../../decontaminate/mod.ts";
import type { Json, StageWork } from "../../run/mod.ts";
import { Counts, documentsOf, READS_DOCUMENTS, writeDocuments } from "./_documents.ts";

type Parameters = Record<string, Json> & Pick<DecontaminateOptions, "action" | "rule" | "n" | "threshold">;

/** Documents without the items of evaluations that `items` holds, a file a benchmark. */
const work: StageWork<Parameters> = {
  name: "decontaminate",
  version: "1",
  reads: { ...READS_DOCUMENTS, items: { how: "whole" } },
  parameters(given) {
    takes("Cannot decontaminate", given, "action?, rule?, n?, threshold?");
    const { action = "remove", ...rule } = given as Parameters;
    oneOf("Cannot decontaminate", { action }, ["remove", "cut"]);
    // Checks them, on nothing.
    findContamination("", buildIndex([]), rule);
    return { action, ...rule };
  },
  async work({ inputs, parameters, out }) {
    const counts = new Counts();
    const items: EvaluationItem[] = [];
    for (const { name, path } of inputs.items) {
      items.push(...await readItems(path, { benchmark: basename(name).replace(/\.[^.]*$/, "") }));
    }
    const index = buildIndex(items);
    return await writeDocuments(
      out,
      counts,
      (onDrop) => decontaminate(documentsOf(inputs.documents, counts), index, { ...parameters, onDrop }),
    );
  },
};

export default work;
