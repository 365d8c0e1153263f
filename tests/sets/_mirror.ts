import type { PublicSet } from "../../lib/sets/mod.ts";

/** A test that needs a set's files: its name says so, and it is ignored where they are not on this machine. */
export async function testOf(
  set: Pick<PublicSet<unknown, never>, "available">,
  name: string,
  fn: () => Promise<void>,
): Promise<void> {
  Deno.test({ name: `${name} (needs the data mirror)`, ignore: !await set.available(), fn });
}
