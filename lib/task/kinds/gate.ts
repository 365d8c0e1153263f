import { must, oneOf, takes } from "../../base/mod.ts";
import type { Json, StageWork } from "../../run/mod.ts";
import { type DocumentRater, gate, languageRater, Rater, readFastText } from "../../select/mod.ts";
import { Counts, documentsOf, READS_DOCUMENTS, writeDocuments } from "./_documents.ts";

interface Parameters {
  by: "language" | "fasttext" | "rater";
  threshold: number;
  language: string;
  positive: string;
}

/**
 * Documents that a rater gives at least a score, which stands in `meta.scores`: by their language, by a model of fastText or by
 * a rater that was trained here, which `model` holds.
 */
const work: StageWork<Parameters & Record<string, Json>> = {
  name: "gate",
  version: "1",
  reads: { ...READS_DOCUMENTS, model: { how: "whole", optional: true } },
  parameters(given) {
    const cannot = "Cannot keep documents by a rater";
    takes(cannot, given, "by, threshold, language?, positive?");
    const { by, threshold, language = "", positive = "" } = given as unknown as Parameters;
    oneOf(cannot, { by }, ["language", "fasttext", "rater"]);
    must(cannot, "threshold must be a finite number", threshold, Number.isFinite(threshold));
    must(
      cannot,
      "language must be given where by is language",
      language,
      (by === "language") === (language !== ""),
    );
    must(
      cannot,
      "positive must be given where by is fasttext",
      positive,
      (by === "fasttext") === (positive !== ""),
    );
    return { by, threshold, language, positive };
  },
  async work({ inputs, parameters: { by, threshold, language, positive }, out }) {
    const [model] = inputs.model;
    must(
      "Cannot keep documents by a rater",
      `model must hold ${by === "language" ? "nothing" : "one file"}`,
      inputs.model.length,
      inputs.model.length === (by === "language" ? 0 : 1),
    );
    const raters: Record<Parameters["by"], () => DocumentRater | Promise<DocumentRater>> = {
      language: () => languageRater(language),
      fasttext: () => readFastText(model.path, { positive }),
      rater: () => Rater.load(model.path),
    };
    const rater = await raters[by]();
    const counts = new Counts();
    return await writeDocuments(
      out,
      counts,
      (onDrop) => gate(documentsOf(inputs.documents, counts), rater, { threshold, onDrop }),
    );
  },
};

export default work;
