/** A link of a page that leads nowhere. */
export interface DeadLink {
  /** The page that has it. */
  page: string;
  href: string;
  why: "no such file" | "no such anchor";
}

/** Links and sources of pages that no file or anchor answers; addresses on the network are not asked. */
export function deadLinks(pages: ReadonlyMap<string, string>, files: readonly string[]): DeadLink[] {
  const anchors = new Map(
    [...pages].map((
      [name, html],
    ) => [name, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))]),
  );
  const there = new Set([...pages.keys(), ...files]);
  return [...pages].flatMap(([page, html]) =>
    [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, href]) => href)
      .filter((href) => !/^(?:https?:|mailto:|data:)/.test(href)).flatMap((href): DeadLink[] => {
        const [file, anchor] = decodeURIComponent(href).split("#");
        if (file !== "" && !there.has(file)) return [{ page, href, why: "no such file" }];
        const known = anchors.get(file || page);
        return anchor && known && !known.has(anchor) ? [{ page, href, why: "no such anchor" }] : [];
      })
  );
}
