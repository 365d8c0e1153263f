import { OPEN } from "./page.ts";
import type { Pass } from "./pass.ts";

/** A formula becomes its alternative text. */
export const formulas: Pass = {
  name: "formulas",
  apply(page, { unwanted, instead }) {
    const math = page.names.indexOf("math");
    if (math < 0) return;
    for (let i = 0; i < page.count; i++) {
      if (page.tags[i] !== math || page.kinds[i] !== OPEN) continue;
      const alternative = page.valuesOf(i, "alttext").at(-1);
      if (!alternative) continue;
      unwanted[i] = 1;
      instead.set(i, alternative);
    }
  },
};
