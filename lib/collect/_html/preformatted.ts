import { KEEP, type Pass, SEEN } from "./pass.ts";

/** Text in `pre` keeps its lines and its white space. */
export const preformatted: Pass = {
  name: "preformatted",
  apply({ count, tags, names }, { places, steps }) {
    const pre = names.indexOf("pre");
    if (pre < 0) return;
    for (let i = 0; i < count; i++) if (tags[i] === pre && places[i] === SEEN) steps[i] |= KEEP;
  },
};
