/** What the JSON-LD of a page says of the page. */
export interface JsonLd {
  /** The names of its authors. */
  author?: string[];
  /** Its `datePublished`, as written. */
  published?: string;
  /** The name of its publisher, or of the web site. */
  site?: string;
}

/** How many values are looked at: a page cannot ask for more time than its articles take. */
const MOST_VALUES = 10_000;
const isPage =
  /(?:Article|Posting|NewsArticle|Report|WebPage|QAPage|Question|CreativeWork|Recipe|Course|Book|TechArticle|ItemPage)$/;

/** Read blocks of JSON-LD; one that cannot be read says nothing. */
export function jsonLdOf(blocks: readonly string[]): JsonLd {
  const found: JsonLd = {};
  let webSite: string | undefined;
  let left = MOST_VALUES;
  for (const block of blocks) {
    const values: unknown[] = [];
    try {
      values.push(
        JSON.parse(
          block.replace(
            /^\s*(?:<!--|\/\*\s*<!\[CDATA\[\s*\*\/|<!\[CDATA\[)|(?:-->|\/\*\s*\]\]>\s*\*\/|\]\]>)\s*$/g,
            "",
          ),
        ),
      );
    } catch {
      continue;
    }
    // In the page's order, without recursion: what lies deep costs no stack.
    for (let i = 0; i < values.length && left > 0; i++, left--) {
      const value = values[i];
      if (Array.isArray(value)) {
        for (const one of value.slice(0, left)) values.push(one);
        continue;
      }
      if (typeof value !== "object" || value === null) continue;
      const node = value as Record<string, unknown>;
      const type = [node["@type"]].flat().filter((one) => typeof one === "string").join(" ");
      if (/(?:^| )WebSite$/.test(type)) webSite ??= textOf(node.name);
      if (type.split(" ").some((one) => isPage.test(one))) {
        const author = namesOf(node.author);
        const published = textOf(node.datePublished);
        const site = textOf((node.publisher as Record<string, unknown> | undefined)?.name);
        if (author.length > 0) found.author ??= author;
        if (published !== undefined) found.published ??= published;
        if (site !== undefined) found.site ??= site;
      }
      for (const key of ["@graph", "mainEntity", "mainEntityOfPage"]) {
        if (typeof node[key] === "object") values.push(node[key]);
      }
    }
  }
  return found.site === undefined && webSite !== undefined ? { ...found, site: webSite } : found;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" && value.length <= 500
    ? value.replace(/\s+/g, " ").trim()
    : undefined;
}

/** Names of people and bodies, given as texts or as things that have names. */
function namesOf(value: unknown): string[] {
  const names: string[] = [];
  for (const one of [value].flat().slice(0, 50)) {
    const name = textOf(
      typeof one === "object" && one !== null ? (one as Record<string, unknown>).name : one,
    );
    if (name !== undefined && !/^https?:/.test(name)) names.push(name);
  }
  return names;
}
