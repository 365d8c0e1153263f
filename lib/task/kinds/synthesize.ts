import { ofKind, takes } from "../../base/mod.ts";
import type { Json, StageWork } from "../../run/mod.ts";
import { rephrase, type RephraseStyle, synthesize } from "../../synthesize/mod.ts";
import { Counts, documentsOf, READS_DOCUMENTS, writeDocuments } from "./_documents.ts";
import { modelOf, type ModelParameters, modelParameters } from "./_model.ts";

type Parameters = ModelParameters & { style: RephraseStyle; seed: number };

/**
 * Documents that a model rephrases, with their lineage. The bytes are the same wherever the model gives the same answer to the
 * same request, as the embedded one does.
 */
const work: StageWork<Parameters & Record<string, Json>> = {
  name: "synthesize",
  version: "1",
  reads: READS_DOCUMENTS,
  parameters(given) {
    const cannot = "Cannot synthesize";
    takes(cannot, given, "style?, seed?, model?, name?");
    const { style = "plain", seed = 1 } = given as Partial<Parameters>;
    ofKind(cannot, { style }, "a text");
    rephrase(style);
    return { ...modelParameters(cannot, given), style, seed };
  },
  async work({ inputs, parameters, out }) {
    await using model = await modelOf(parameters);
    const counts = new Counts();
    const documents = documentsOf(inputs.documents, counts);
    const run = synthesize(documents, rephrase(parameters.style), {
      model,
      seed: parameters.seed,
      workers: 8,
    });
    const all = await writeDocuments(out, counts, () => run);
    const { rejected, tokens } = run.report;
    const lost = Object.fromEntries(
      Object.entries(rejected).map(([cause, count]) => [`lost: ${cause}`, count]),
    );
    return { ...all, ...lost, promptTokens: tokens.prompt, completionTokens: tokens.completion };
  },
};

export default work;
