import { BROKEN, CLOSE, OPEN } from "./page.ts";
import { EDGE, INSIDE, type Pass } from "./pass.ts";

/**
 * An unwanted element goes with all up to the end tag that matches it; inside, only tags of its name count, so that a page
 * of broken tags loses no more than a browser would hide.
 */
export const leaveOut: Pass = {
  name: "leave out",
  apply({ count, kinds, tags }, { unwanted, places }) {
    for (let i = 0; i < count; i++) {
      if (kinds[i] === BROKEN) places[i] = INSIDE;
      if (unwanted[i] === 0 || kinds[i] !== OPEN) continue;
      const tag = tags[i];
      places[i] = EDGE;
      for (let open = 1; open > 0 && ++i < count;) {
        places[i] = INSIDE;
        if (tags[i] === tag) open += kinds[i] === OPEN ? 1 : kinds[i] === CLOSE ? -1 : 0;
        if (open === 0) places[i] = EDGE;
      }
    }
  },
};
