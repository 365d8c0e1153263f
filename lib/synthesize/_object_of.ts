import type { Json } from "../data/mod.ts";

type Schema = { [key: string]: Json };

/** The JSON schema of an object that has all of these properties and no others. */
export function objectOf(properties: Schema): Schema {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}
