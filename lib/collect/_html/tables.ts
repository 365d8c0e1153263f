import { OPEN } from "./page.ts";
import { CELL, type Pass, SEEN } from "./pass.ts";

/** The cells of a row are parted by a tab. */
export const tables: Pass = {
  name: "tables",
  apply({ count, kinds, tags, names }, { places, steps }) {
    const isCell = names.map((name) => name === "td" || name === "th");
    for (let i = 0; i < count; i++) {
      if (isCell[tags[i]] && kinds[i] === OPEN && places[i] === SEEN) steps[i] |= CELL;
    }
  },
};
