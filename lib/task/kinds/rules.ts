import { oneOf, takes } from "../../base/mod.ts";
import type { Json, StageWork } from "../../run/mod.ts";
import {
  applyRules,
  c4,
  fineweb,
  gopherQuality,
  gopherRepetition,
  personalData,
  type Rule,
} from "../../select/mod.ts";
import { Counts, documentsOf, READS_DOCUMENTS, writeDocuments } from "./_documents.ts";

// deno-lint-ignore no-explicit-any -- each rule checks its own options
const RULES: Record<string, (options: any) => Rule> = {
  "gopher-quality": gopherQuality,
  "gopher-repetition": gopherRepetition,
  "c4": c4,
  "fineweb": fineweb,
  "personal-data": personalData,
};

type Parameters = { rules: Record<string, Record<string, Json>> };

/** Documents that pass heuristic rules: names, or names with their options. */
const work: StageWork<Parameters> = {
  name: "rules",
  version: "1",
  reads: READS_DOCUMENTS,
  parameters(given) {
    takes("Cannot apply rules", given, "rules");
    const rules = Array.isArray(given.rules)
      ? Object.fromEntries(given.rules.map((name) => [String(name), {}]))
      : given.rules as Parameters["rules"];
    for (const [rule, options] of Object.entries(rules ?? {})) {
      oneOf("Cannot apply rules", { "a rule": rule }, RULES);
      RULES[rule](options);
    }
    return { rules };
  },
  work({ inputs, parameters, out }) {
    const counts = new Counts();
    const rules = Object.entries(parameters.rules).map(([name, options]) => RULES[name](options));
    return writeDocuments(
      out,
      counts,
      (onDrop) => applyRules(documentsOf(inputs.documents, counts), rules, { onDrop }),
    );
  },
};

export default work;
