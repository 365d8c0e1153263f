import { must, ofKind } from "../../base/mod.ts";
import { type LanguageModel, openModel } from "../../llm/mod.ts";

/** Which model is asked, as a plan says it: `embedded`, or the address of a server, with the model's name there. */
export interface ModelParameters {
  model: string;
  name: string;
}

/** They, checked. */
export function modelParameters(cannot: string, given: { model?: unknown; name?: unknown }): ModelParameters {
  const { model = "embedded", name = "" } = given as Partial<ModelParameters>;
  ofKind(cannot, { model, name }, "a text");
  must(
    cannot,
    "model must be embedded or the address of a server",
    model,
    model === "embedded" || /^https?:/.test(model),
  );
  return { model, name };
}

/** Open it. A worker's own environment holds the key. */
export function modelOf({ model, name }: ModelParameters): Promise<LanguageModel> {
  return model === "embedded"
    ? openModel({ kind: "embedded" })
    : openModel({ kind: "endpoint", baseURL: model, model: name === "" ? undefined : name });
}
