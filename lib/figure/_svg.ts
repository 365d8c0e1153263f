import { darkStyle, figureClass, fontFamily } from "./_theme.ts";

/**
 * What Vega drew, as it leaves: a mark's description as `<title>`, which browsers show on hover without a script; coordinates
 * to a tenth of a pixel; a class and a style for dark screens; and the figure's description for those who do not see it. What
 * draws nothing is left out, which is a quarter of a figure's bytes.
 */
export function finishSvg(svg: string, description: string | undefined): string {
  const drawn = svg.toWellFormed().replaceAll(noXml, "\ufffd").replaceAll(
    /<path class="(?:back|fore)ground" aria-hidden="true" d="[^"]*"[^<>]*?\/>/g,
    (path) => / (?:fill|stroke)="/.test(path) ? path : "",
  );
  const isCrowded = drawn.split(' aria-label="').length > crowd;
  return drawn.replaceAll(/<(\w+)( [^<>]*?)?(\/?)>/g, (_, tag: string, attributes = "", slash: string) => {
    const rounded = attributes.replaceAll(defaults, "").replaceAll(
      / (?:d|transform|x2|y2|width|height)="[^"]*"/g,
      (attribute: string) => attribute.replaceAll(/-?\d*\.\d{2,}(?:e-?\d+)?/g, toTenth),
    );
    if (tag === "svg") {
      const said = description === undefined
        ? ""
        : ` role="img" aria-label="${escape(description.toWellFormed().replaceAll(noXml, "\ufffd"))}"`;
      return `<svg${
        rounded.replace('class="marks"', `class="${figureClass}" font-family="${fontFamily}"`)
      }${said}><style>${darkStyle}</style>`;
    }
    const round = rounded.replace(circle, ' r="$1"');
    const name = round === rounded ? tag : "circle";
    const described =
      /^(.*?) aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="([^"]*)"(.*)$/s
        .exec(round);
    if (!described || !marks.has(described[3])) return `<${name}${round}${slash}>`;
    const [, before, said, , after] = described;
    if (isCrowded) return `<${name}${before}${after}${slash}>`;
    return `<${name}${before}${after}><title>${said}</title>${slash ? `</${name}>` : ""}`;
  });
}

/** More described marks than this lie too close to be pointed at one by one, and would be half of a page's bytes. */
const crowd = 300;

/** The path by which Vega draws a circle. */
const circle = / d="M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0"/;

// deno-lint-ignore no-control-regex -- they are what may not stand in XML
const noXml = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** Attributes that say what holds without them. */
const defaults = new RegExp(
  ` (?:opacity="1"|pointer-events="none"|stroke-width="1"|transform="translate\\(0,0\\)"|font-family="${fontFamily}")`,
  "g",
);

/** How Vega calls what stands for data; axes, legends and titles are none. */
const marks = new Set([
  "bar",
  "circle",
  "geoshape",
  "point",
  "square",
  ...["area", "image", "line", "path", "rect", "rule", "shape", "symbol", "text", "trail"].map((kind) =>
    `${kind} mark`
  ),
]);

function toTenth(number: string): string {
  const tenths = Math.round(Number(number) * 10) / 10;
  return String(tenths === 0 ? 0 : tenths);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
