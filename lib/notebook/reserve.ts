import { must } from "../base/mod.ts";
import { jupyter } from "./_jupyter.ts";
import { show, toBundle } from "./show.ts";
import { Slot } from "./_slot.ts";

/** A place that was kept free. */
export interface Reserved {
  /** Show a thing there, as {@linkcode show} takes it, in place of what stood there. */
  show(thing: unknown): Promise<void>;
}

/**
 * Keep a place free for what only a later cell knows, so that a page can open with what was found. The saved notebook and the
 * page have what stood there last; on a terminal each thing is printed when it comes.
 *
 * @param thing What stands there meanwhile, as {@linkcode show} takes it.
 * @throws {RangeError} If there is no such thing.
 * @example
 * ```ts
 * import { md, reserve } from "midtrain/notebook";
 *
 * // In the first cell:
 * const opening = await reserve("What was found will stand here.");
 * // In the last one:
 * await opening.show(md`**3 of 4** were kept.`);
 * ```
 */
export async function reserve(thing: unknown): Promise<Reserved> {
  const rule = "thing must be what stands there meanwhile";
  must("Cannot keep a place free", rule, thing, thing !== undefined && thing !== null);
  const slot = new Slot();
  const place = {
    async show(thing: unknown) {
      if (!jupyter()) return await show(thing);
      slot.draw(await toBundle(thing));
      await slot.settled();
    },
  };
  await place.show(thing);
  return place;
}
