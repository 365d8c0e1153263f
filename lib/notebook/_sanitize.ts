import { DOMParser, parseHTML } from "linkedom";

/** An element as far as the page needs it: linkedom's, without the browser's types. */
export interface Element {
  readonly localName: string;
  readonly children: Iterable<Element>;
  readonly attributes: Iterable<{ name: string; value: string }>;
  readonly childNodes: Iterable<unknown>;
  innerHTML: string;
  textContent: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  replaceWith(...nodes: unknown[]): void;
  remove(): void;
  querySelectorAll(selector: string): Iterable<Element>;
}

const htmlTags = words(
  "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i " +
    "img ins kbd li mark ol p pre progress q s samp section small span strong sub summary sup table tbody td tfoot th thead " +
    "tr u ul var",
);
const htmlAttributes = words(
  "align alt class colspan height href max open rowspan scope src start style title value width role aria-label",
);
const svgTags = words(
  "circle clipPath defs desc ellipse g line linearGradient marker mask path pattern polygon polyline radialGradient rect stop " +
    "svg text textPath title tspan use",
);
/** Gone with all they hold; other unknown elements leave their content. */
const removedTags = words(
  "applet audio base button canvas embed form iframe input link math meta noscript object script select style svg template " +
    "textarea title video",
);

/**
 * Parse HTML of unknown origin and keep what only shows text: no script, no style sheet, no handler, nothing that loads
 * from elsewhere. An allow-list over linkedom's tree, which is here already for extraction; the page's policy is the second wall.
 */
export function sanitizeHtml(html: string): Element {
  const window = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  const { body } = (window as unknown as { document: { body: Element } }).document;
  for (const child of [...body.children]) cleanHtml(child);
  return body;
}

/**
 * Parse an SVG of unknown origin, keep shapes and text, and give its ids a prefix, so that several may stand in one page.
 * `undefined` when it is not an SVG.
 */
export function sanitizeSvg(svg: string, prefix: string): string | undefined {
  const document = new DOMParser().parseFromString(svg.replace(/<!DOCTYPE[^>]*>/i, ""), "image/svg+xml");
  const root = document.documentElement as unknown as Element | null;
  if (root?.localName !== "svg") return undefined;
  cleanSvg(root, prefix);
  return String(root);
}

function cleanHtml(element: Element): void {
  if (removedTags.has(element.localName)) return element.remove();
  for (const child of [...element.children]) cleanHtml(child);
  if (!htmlTags.has(element.localName)) return element.replaceWith(...element.childNodes);
  for (const { name, value } of [...element.attributes]) {
    if (!htmlAttributes.has(name) || !isHarmless(element.localName, name, value)) {
      element.removeAttribute(name);
    }
  }
  if (element.localName === "a") element.setAttribute("rel", "noopener noreferrer");
}

function isHarmless(tag: string, name: string, value: string): boolean {
  if (name === "href") return tag === "a" && /^(https?:|mailto:|#)/i.test(value.trim());
  if (name === "src") {
    return tag === "img" && /^data:image\/(png|jpeg|gif|webp);base64,[\w+/=\s]*$/i.test(value);
  }
  if (name === "style") return !/url\(|expression|position|@|\\|z-index/i.test(value);
  return true;
}

function cleanSvg(element: Element, prefix: string): void {
  if (!svgTags.has(element.localName)) return element.remove();
  for (const { name, value } of [...element.attributes]) {
    const loads = /url\(\s*['"]?(?!['"]?#)|javascript:|data:/i.test(value) ||
      /href$/.test(name) && !value.startsWith("#");
    if (/^on/i.test(name) || loads) element.removeAttribute(name);
    else if (name === "id") element.setAttribute(name, prefix + value);
    else if (/href$/.test(name)) element.setAttribute(name, `#${prefix}${value.slice(1)}`);
    else if (value.includes("url(")) {
      element.setAttribute(name, value.replace(/url\((['"]?)#/g, `url($1#${prefix}`));
    }
  }
  for (const child of [...element.children]) cleanSvg(child, prefix);
}

function words(list: string): Set<string> {
  return new Set(list.split(" "));
}
