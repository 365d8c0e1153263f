import assert from "node:assert/strict";
import {
  type Accepted,
  type Document,
  type Json,
  type Method,
  Random,
  type Rejected,
} from "../../../lib/synthesize/mod.ts";

/** A page of facts. */
export const whale: Document = {
  id: "whale",
  text:
    "The blue whale is the largest animal known to have lived. It reaches a length of 29.9 metres and a mass of 199 tonnes. Antarctic krill are its main food, and an adult eats about 4 tonnes of them a day. Hunting ended in 1967, when the International Whaling Commission protected it, because so few were left.",
  source: "sea",
  meta: {},
};

/** What a method makes of answers in JSON, or as they are: the cause of each loss, or the text. */
export async function outcomes(
  method: Method,
  document: Document,
  values: readonly Json[],
): Promise<(Accepted | Rejected)[]> {
  const prompts = method.build(document, new Random(1));
  assert.equal(prompts.length, values.length);
  return await method.read(
    values.map((value, at) =>
      typeof value === "string"
        ? { prompt: prompts[at], text: value }
        : { prompt: prompts[at], text: JSON.stringify(value), value }
    ),
    document,
  );
}

/** The cause by which a method of one prompt loses an answer; undefined where it keeps something. */
export async function causeOf(method: Method, document: Document, value: Json): Promise<string | undefined> {
  const results = await outcomes(method, document, [value]);
  if (results.some((one) => "text" in one)) return undefined;
  return results.map((one) => "rejected" in one ? one.rejected : "").join(", ");
}
