import { childless, CLOSE, OPEN } from "./page.ts";
import { INSIDE, type Pass } from "./pass.ts";

/** Elements that the next one of their kind ends: leaving out the end tag is right and does not nest. */
const optionalEnd = new Set(
  "p li dt dd tr td th thead tbody tfoot option optgroup html head body".split(" "),
);

/** How many elements the page has outside unwanted ones, and how deep they nest. */
export const size: Pass = {
  name: "size",
  apply({ count, kinds, tags, names }, draft) {
    const nests = names.map((name) => !childless.has(name) && !optionalEnd.has(name));
    let depth = 0;
    for (let i = 0; i < count; i++) {
      if (draft.places[i] === INSIDE) continue;
      if (kinds[i] === OPEN) {
        draft.elements++;
        if (nests[tags[i]]) draft.depth = Math.max(draft.depth, ++depth);
      } else if (kinds[i] === CLOSE && nests[tags[i]]) depth = Math.max(0, depth - 1);
    }
  },
};
