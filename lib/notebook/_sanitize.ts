import { Parser } from "htmlparser2";
import { escapeHtml } from "./_words.ts";

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
const voidTags = words("br col hr img");
const harmlessFunctions = words(
  "calc clamp hsl hsla max min rgb rgba var matrix rotate scale skewx skewy translate translatex translatey",
);
/** Gone with all they hold; other unknown elements leave their content. */
const removedTags = words(
  "applet audio base button canvas embed form iframe input link math meta noscript object script select style svg template " +
    "textarea title video",
);

/** Given a heading's level and text, its id. */
export type OnHeading = (level: string, text: string) => string;

/**
 * HTML of unknown origin, written anew with only what shows text: no script, no style sheet, no handler, nothing that loads
 * from elsewhere. An allow-list over htmlparser2's events, which is here already for extraction; the page's policy is the
 * second wall.
 */
export function sanitizeHtml(html: string, onHeading?: OnHeading): string {
  const written: string[] = [];
  let hidden = 0;
  let heading: { place: number; text: string } | undefined;
  const parser = new Parser({
    onopentag(tag, attributes) {
      if (removedTags.has(tag)) hidden++;
      if (hidden > 0 || !htmlTags.has(tag)) return;
      const kept = Object.entries(attributes).filter(([name, value]) =>
        htmlAttributes.has(name) && isHarmless(tag, name, value)
      );
      if (tag === "a") kept.push(["rel", "noopener noreferrer"]);
      if (/^h[1-3]$/.test(tag)) heading = { place: written.length, text: "" };
      written.push(openTag(tag, kept));
    },
    ontext(text) {
      if (hidden > 0) return;
      if (heading) heading.text += text;
      written.push(escapeHtml(text));
    },
    onclosetag(tag) {
      if (removedTags.has(tag)) hidden--;
      else if (hidden === 0 && htmlTags.has(tag) && !voidTags.has(tag)) written.push(`</${tag}>`);
      if (hidden === 0 && heading && onHeading && /^h[1-3]$/.test(tag)) {
        written[heading.place] = openTag(tag, [["id", onHeading(tag, heading.text.trim())]]);
        heading = undefined;
      }
    },
  });
  parser.end(html);
  return written.join("");
}

/**
 * An SVG of unknown origin, written anew with shapes and text only; its ids get a prefix, so that several may stand in one
 * page. `undefined` when it is not an SVG.
 */
export function sanitizeSvg(svg: string, prefix: string): string | undefined {
  const written: string[] = [];
  let hidden = 0;
  let root: string | undefined;
  const parser = new Parser({
    onopentag(tag, attributes) {
      root ??= tag;
      // What is linked stays, without its link.
      if (tag === "a") [tag, attributes] = ["g", {}];
      if (hidden > 0 || !svgTags.has(tag)) hidden++;
      else {written.push(openTag(
          tag,
          Object.entries(attributes).flatMap((pair) => svgAttribute(pair, prefix)),
        ));}
    },
    ontext(text) {
      if (hidden === 0) written.push(escapeHtml(text));
    },
    onclosetag(tag) {
      if (tag === "a") tag = "g";
      if (hidden > 0) hidden--;
      // What was opened last and is still open: an element that was closed so may stand in another of its name.
      else if (written.at(-1)?.startsWith(`<${tag}`) && !written.at(-1)!.endsWith("/>")) {
        written.push(written.pop()!.replace(/>$/, "/>"));
      } else written.push(`</${tag}>`);
    },
  }, { xmlMode: true });
  parser.end(svg);
  return root === "svg" ? written.join("").trim() : undefined;
}

function openTag(tag: string, attributes: readonly (readonly [string, string])[]): string {
  return `<${tag}${attributes.map(([name, value]) => ` ${name}="${escapeHtml(value)}"`).join("")}>`;
}

function isHarmless(tag: string, name: string, value: string): boolean {
  if (name === "href") return tag === "a" && /^(https?:|mailto:|#)/i.test(value.trim());
  if (name === "src") {
    return tag === "img" && /^data:image\/(png|jpeg|gif|webp);base64,[\w+/=\s]*$/i.test(value);
  }
  if (name === "style") return isHarmlessStyle(value);
  return true;
}

/** A style that loads nothing, covers nothing and hides nothing in escapes: of functions only those known to compute. */
function isHarmlessStyle(value: string): boolean {
  const functions = [...value.matchAll(/([\w-]*)\s*\(/g)];
  return !/expression|position|@|\\|\/\*|z-index/i.test(value) &&
    functions.every(([, name]) => harmlessFunctions.has(name.toLowerCase()));
}

/** The attribute as it may stand, or nothing. */
function svgAttribute([name, value]: [string, string], prefix: string): [string, string][] {
  const loads = /url\(\s*['"]?(?!['"]?#)|javascript:|data:|\\/i.test(value) ||
    /href$/i.test(name) && !value.startsWith("#");
  if (loads || /^on/i.test(name) || !/^[a-z][\w:-]*$/i.test(name)) return [];
  if (name === "style" && !isHarmlessStyle(value.replace(/url\((['"]?)#[\w-]+\1\)/g, ""))) return [];
  if (name === "id") return [[name, prefix + value]];
  if (/href$/i.test(name)) return [[name, `#${prefix}${value.slice(1)}`]];
  return [[name, value.replace(/url\((['"]?)#/g, `url($1#${prefix}`)]];
}

function words(list: string): Set<string> {
  return new Set(list.split(" "));
}
