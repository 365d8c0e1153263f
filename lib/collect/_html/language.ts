import { CLOSE } from "./page.ts";
import type { Pass } from "./pass.ts";

/** The language that the page says it is in. */
export const language: Pass = {
  name: "language",
  apply(page, draft) {
    const root = page.names.indexOf("html");
    if (root < 0) return;
    for (let i = 0; i < page.count && draft.language === ""; i++) {
      if (page.tags[i] !== root || page.kinds[i] === CLOSE) continue;
      draft.language = page.valuesOf(i, "lang").map((value) => value.trim()).find((value) => value) ?? "";
    }
  },
};
