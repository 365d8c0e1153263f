import { writeAtomic } from "../../base/mod.ts";
import type { NearDuplicateKeysOptions } from "../../select/mod.ts";

/** Numbers under a head that says by which options they were made. */
export interface Keys {
  options: NearDuplicateKeysOptions;
  values: Float64Array;
}

/** A document's place among all shards as one number: below 2^53 for 2^21 shards of 2^32 documents. */
export function placeOf(shard: number, ordinal: number): number {
  return shard * 2 ** 32 + ordinal;
}

/** The name of the keys that fall into a part. */
export function partName(part: number, of: number): string {
  return `keys-${String(part).padStart(4, "0")}-of-${String(of).padStart(4, "0")}.bin`;
}

/** Write numbers under their head, a line of JSON. */
export async function writeKeys(path: string, { options, values }: Keys): Promise<void> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  await writeAtomic(path, [JSON.stringify(options) + "\n", bytes]);
}

/** Read what {@linkcode writeKeys} wrote. */
export async function readKeys(path: string): Promise<Keys> {
  const bytes = await Deno.readFile(path);
  const head = bytes.indexOf(10) + 1;
  try {
    const options = JSON.parse(new TextDecoder().decode(bytes.subarray(0, head)));
    return { options, values: new Float64Array(bytes.slice(head).buffer) };
  } catch (error) {
    throw new Deno.errors.InvalidData(`Cannot read ${path} as it must be keys of near-keys`, {
      cause: error,
    });
  }
}
