import type { Pass } from "./pass.ts";

const names = new Set(["script", "style", "noscript", "template", "svg", "iframe", "textarea"]);

/** What no reader sees as text is unwanted. */
export const hidden: Pass = {
  name: "hidden",
  apply(page, { unwanted }) {
    const isHidden = page.names.map((name) => names.has(name));
    for (let i = 0; i < page.count; i++) if (isHidden[page.tags[i]]) unwanted[i] = 1;
  },
};
