import { based, braced, charactersOf, concatenated, HELD, raised, spaceOf, textOf, tidied } from "./latex.ts";
import { accents, functions, infix, withLimits } from "./math_symbols.ts";
import { OPEN, type Page } from "./page.ts";

/** What LaTeX nests deeper than this stands in a formula as its text: no formula that a person wrote is near it. */
const DEEPEST = 150;

/** Elements of MathML that say what is meant, and not how it is written. */
const meant = new Set(["apply", "bind", "ci", "cn", "csymbol"]);

/** One part of a formula: its LaTeX, and what its neighbours must know of it. */
interface Part {
  latex: string;
  /** The name of its element; empty for bare text. */
  name: string;
  /** Whether it is an operator, and if so its character as LaTeX. */
  operator?: string;
  /** A fraction without a line, as in a binomial coefficient: what stands above and below. */
  stacked?: [string, string];
  /** The environment that a table has, with its rows. */
  rows?: string;
}

/**
 * Presentation MathML as LaTeX. MathML Core's elements are known; of any other its content stands. `mathml-to-latex` was
 * weighed: it parses a string into a tree of its own, which a page of formulas would pay twice, and writes `x^{2}` where
 * people write `x^2`.
 *
 * @param ends Where each element ends, see `endsOf`.
 */
export function latexOfMathml(page: Page, math: number, ends: Int32Array): string {
  return tidied(new Converter(page, ends).row(math, 0, false)).replaceAll(HELD, " ");
}

class Converter {
  constructor(readonly page: Page, readonly ends: Int32Array) {}

  /** The elements that an element holds, and the text between them. */
  children(piece: number): number[] {
    const { kinds, count } = this.page;
    const found: number[] = [];
    const end = Math.min(this.ends[piece], count);
    for (let i = piece + 1; i < end; i++) {
      if (kinds[i] === OPEN) {
        found.push(i);
        i = Math.max(i, this.ends[i] - 1);
      } else if (this.page.tags[i] === 0 && this.page.textOf(i).trim() !== "") found.push(i);
    }
    return found;
  }

  /** All text that an element holds. */
  text(piece: number): string {
    let text = "";
    for (let i = piece + 1; i < this.ends[piece]; i++) {
      if (this.page.tags[i] === 0) text += this.page.textOf(i);
    }
    return text.replace(/[ \t\r\n\f\u00a0]+/g, " ");
  }

  name(piece: number): string {
    const name = this.page.names[this.page.tags[piece]];
    return name.slice(name.indexOf(":") + 1);
  }

  attribute(piece: number, name: string): string {
    return this.page.valuesOf(piece, name)[0]?.trim().toLowerCase() ?? "";
  }

  /** The parts that an element holds, one after the other. `small` is so in scripts, where no spaces part operators. */
  row(piece: number, depth: number, small: boolean): string {
    return this.join(this.children(piece).map((child) => this.part(child, depth + 1, small)), small);
  }

  /** One of the parts that an element holds as an argument. */
  arguments(piece: number, depth: number, small: boolean): string[] {
    return this.children(piece).map((child) => tidied(this.part(child, depth + 1, small).latex));
  }

  join(parts: Part[], small: boolean): string {
    const pieces: string[] = [];
    for (let i = 0; i < parts.length; i++) {
      const { latex, operator, rows } = parts[i];
      const [before, next, after] = [parts[i - 1]?.operator, parts[i + 1], parts[i + 2]?.operator];
      if (operator === "(" && next?.stacked && after === ")") {
        pieces.push(`\\binom{${next.stacked[0]}}{${next.stacked[1]}}`);
        i += 2;
      } else if (
        operator !== undefined && next?.rows !== undefined && environments.has(operator + (after ?? ""))
      ) {
        const environment = environments.get(operator + (after ?? ""))!;
        pieces.push(`\\begin{${environment}} ${next.rows} \\end{${environment}}`);
        i += after === undefined ? 1 : 2;
      } else if (operator === "\\{" && next?.rows !== undefined && (after ?? "") === "") {
        pieces.push(`\\begin{cases} ${next.rows} \\end{cases}`);
        i += after === undefined ? 1 : 2;
      } else if (rows !== undefined) pieces.push(`\\begin{matrix} ${rows} \\end{matrix}`);
      else if (
        operator !== undefined && infix.has(operator) && !small && i > 0 && i + 1 < parts.length &&
        !(before !== undefined && (infix.has(before) || /^(?:[([,;]|\\\{)$/.test(before)))
      ) {
        pieces.push(` ${latex} `);
      } else if (operator === "," || operator === ";") pieces.push(small ? latex : `${latex} `);
      else pieces.push(latex);
    }
    return concatenated(pieces);
  }

  part(piece: number, depth: number, small: boolean): Part {
    if (this.page.kinds[piece] !== OPEN) {
      return { latex: charactersOf(this.page.textOf(piece).trim()), name: "" };
    }
    const name = this.name(piece);
    if (depth > DEEPEST) return { latex: charactersOf(this.text(piece).trim()), name };
    const args = () => this.arguments(piece, depth, small);
    // KaTeX sets elements in the letters and operators of MathML.
    const isBare = !this.children(piece).some((child) => this.page.kinds[child] === OPEN);
    switch (isBare || !/^m[ino]$/.test(name) ? name : "mrow") {
      case "mi":
        return { latex: this.identifier(piece), name };
      case "mn":
        return { latex: this.styled(piece, charactersOf(this.text(piece).trim())), name };
      case "mo":
        return this.operator(piece);
      case "mtext":
      case "ms":
        return { latex: textOf(this.text(piece)), name };
      case "mspace":
        return { latex: spaceOf(this.attribute(piece, "width"), this.attribute(piece, "linebreak")), name };
      case "mfrac": {
        const [above = "", below = ""] = args();
        if (/^0(?:[a-z%]*|\.0+)$/.test(this.attribute(piece, "linethickness"))) {
          return { latex: `{${above} \\atop ${below}}`, name, stacked: [above, below] };
        }
        return { latex: `\\frac{${above}}{${below}}`, name };
      }
      case "msqrt":
        return { latex: `\\sqrt{${tidied(this.row(piece, depth, small))}}`, name };
      case "mroot": {
        const [base = "", degree = ""] = args();
        return { latex: `\\sqrt[${degree}]{${base}}`, name };
      }
      case "msup":
      case "msub":
      case "msubsup":
        return this.scripts(piece, depth, small, name);
      case "munder":
      case "mover":
      case "munderover":
        return this.limits(piece, depth, small, name);
      case "mmultiscripts":
        return this.multiscripts(piece, depth, small);
      case "mfenced":
        return this.fenced(piece, depth, small);
      case "mtable":
        return { latex: "", name, rows: this.rows(piece, depth) };
      case "menclose": {
        const inner = tidied(this.row(piece, depth, small));
        const notation = this.attribute(piece, "notation");
        const command = /box|rounded/.test(notation)
          ? "boxed"
          : /radical/.test(notation)
          ? "sqrt"
          : /strike/.test(notation)
          ? "cancel"
          : "";
        return { latex: command ? `\\${command}{${inner}}` : inner, name };
      }
      case "mphantom":
      case "none":
      case "mprescripts":
      case "annotation":
      case "annotation-xml":
        return { latex: "", name };
      case "semantics":
      case "maction": {
        const [first, ...others] = this.children(piece);
        if (first !== undefined && meant.has(this.name(first))) {
          const shown = others.find((one) => /presentation/.test(this.attribute(one, "encoding")));
          if (shown !== undefined) return { latex: this.row(shown, depth + 1, small), name };
        }
        return first === undefined ? { latex: "", name } : this.part(first, depth + 1, small);
      }
      default: {
        const parts = this.children(piece).map((child) => this.part(child, depth + 1, small));
        // What holds one thing alone is that thing.
        if (parts.length === 1) return parts[0];
        return { latex: tallFences(parts, this, small) ?? this.join(parts, small), name };
      }
    }
  }

  identifier(piece: number): string {
    const text = this.text(piece).trim();
    if (Array.from(text).length > 1 && /^[\p{L}\p{N}. ]+$/u.test(text)) {
      if (functions.has(text)) return `\\${text}`;
      const variant = this.attribute(piece, "mathvariant");
      const style = styles.get(variant) ?? "mathrm";
      return `\\${style}{${text}}`;
    }
    return this.styled(piece, charactersOf(text.replaceAll("∣", "|").replaceAll("∥", "‖")));
  }

  styled(piece: number, latex: string): string {
    const variant = this.attribute(piece, "mathvariant");
    const style = styles.get(variant);
    if (latex === "" || style === undefined || style === "mathrm" && !/^[a-zA-Z]+$/.test(latex)) return latex;
    return style === "mathbf" && latex.startsWith("\\") ? `\\boldsymbol{${latex}}` : `\\${style}{${latex}}`;
  }

  operator(piece: number): Part {
    const text = this.text(piece).trim();
    const isWord = text.length > 1 && /^[a-zA-Z ]+$/.test(text);
    const latex = isWord
      ? functions.has(text) ? `\\${text}` : `\\operatorname{${text}}`
      : charactersOf(text.replace("||", "‖"));
    return { latex, name: "mo", operator: latex };
  }

  scripts(piece: number, depth: number, small: boolean, name: string): Part {
    const [baseAt, ...others] = this.children(piece);
    if (baseAt === undefined) return { latex: "", name };
    const base = this.part(baseAt, depth + 1, small);
    const scripts = others.map((child) => tidied(this.finished(this.part(child, depth + 1, true))));
    const [sub, sup] = name === "msup" ? ["", scripts[0] ?? ""] : [scripts[0] ?? "", scripts[1] ?? ""];
    const latex = based(this.finished(base)) + (sub === "" ? "" : `_${braced(sub)}`) + raised(sup);
    return { latex, name };
  }

  /** A table that stands where no brackets can be round it. */
  finished(part: Part): string {
    return part.rows === undefined ? part.latex : `\\begin{matrix} ${part.rows} \\end{matrix}`;
  }

  limits(piece: number, depth: number, small: boolean, name: string): Part {
    const [baseAt, ...others] = this.children(piece);
    if (baseAt === undefined) return { latex: "", name };
    const base = tidied(this.finished(this.part(baseAt, depth + 1, small)));
    const scripts = others.map((child) => tidied(this.finished(this.part(child, depth + 1, true))));
    const [under, over] = name === "mover" ? ["", scripts[0] ?? ""] : [scripts[0] ?? "", scripts[1] ?? ""];
    if (withLimits.has(base) || /^\\operatorname|^\\math(?:rm|op)\{/.test(base) && under !== "") {
      return {
        latex: base + (under === "" ? "" : `_${braced(under)}`) + (over === "" ? "" : raised(over)),
        name,
      };
    }
    const stretched =
      { "\\to": "xrightarrow", "\\rightarrow": "xrightarrow", "\\leftarrow": "xleftarrow" }[base];
    if (stretched && over !== "") {
      return { latex: `\\${stretched}${under === "" ? "" : `[${under}]`}{${over}}`, name, operator: "\\to" };
    }
    let latex = base;
    if (over !== "") {
      const mark = accents.get(this.text(others[name === "mover" ? 0 : 1]).trim());
      const long = /^(?:.|\\[a-zA-Z]+|\\math\w+\{.\})$/u.test(base) ? 0 : 1;
      latex = mark
        ? `\\${mark[long]}{${latex}}`
        : /^\\overbrace\{/.test(latex)
        ? `${latex}^${braced(over)}`
        : `\\overset{${over}}{${latex}}`;
    }
    if (under !== "") {
      const mark = this.text(others[0]).trim();
      latex = mark === "⏟"
        ? `\\underbrace{${latex}}`
        : /^[_̲‾¯]$/.test(mark)
        ? `\\underline{${latex}}`
        : /^\\underbrace\{/.test(latex)
        ? `${latex}_${braced(under)}`
        : `\\underset{${under}}{${latex}}`;
    }
    return { latex, name };
  }

  multiscripts(piece: number, depth: number, small: boolean): Part {
    const [baseAt, ...others] = this.children(piece);
    if (baseAt === undefined) return { latex: "", name: "mmultiscripts" };
    const base = based(this.finished(this.part(baseAt, depth + 1, small)));
    let [before, after] = ["", ""];
    let pre = false;
    for (let i = 0; i < others.length; i++) {
      if (this.name(others[i]) === "mprescripts") {
        pre = true;
        continue;
      }
      const [sub, sup] = [others[i], others[++i]].map((child) =>
        child === undefined ? "" : tidied(this.finished(this.part(child, depth + 1, true)))
      );
      const pair = (sub === "" ? "" : `_${braced(sub)}`) + raised(sup);
      if (pre) before += pair === "" ? "" : `{}${pair}`;
      else after += after !== "" && pair !== "" ? `{}${pair}` : pair;
    }
    return { latex: before + base + after, name: "mmultiscripts" };
  }

  fenced(piece: number, depth: number, small: boolean): Part {
    const [open = "("] = this.page.valuesOf(piece, "open");
    const [close = ")"] = this.page.valuesOf(piece, "close");
    const separators = Array.from((this.page.valuesOf(piece, "separators")[0] ?? ",").replace(/\s/g, ""));
    const fence = (mark: string): Part => {
      const latex = charactersOf(mark.trim());
      return { latex, name: "mo", operator: latex };
    };
    const parts: Part[] = [fence(open)];
    this.children(piece).forEach((child, i) => {
      if (i > 0 && separators.length > 0) {
        parts.push(fence(separators[Math.min(i - 1, separators.length - 1)]));
      }
      parts.push(this.part(child, depth + 1, small));
    });
    parts.push(fence(close));
    const isTall = parts.some(({ latex }) => tall.test(latex));
    if (isTall && open !== "" && close !== "") {
      return {
        latex: `\\left${parts[0].latex} ${this.join(parts.slice(1, -1), small)} \\right${
          parts.at(-1)!.latex
        }`,
        name: "mfenced",
      };
    }
    return { latex: this.join(parts, small), name: "mfenced" };
  }

  rows(piece: number, depth: number): string {
    return this.children(piece).map((row) => {
      const cells = this.children(row).filter((_, i) => i > 0 || this.name(row) !== "mlabeledtr");
      return cells.map((cell) => tidied(this.row(cell, depth + 2, false))).join(" & ").trim();
    }).join(" \\\\ ");
  }
}

/** Brackets that grow with what they hold, where they hold something tall. */
function tallFences(parts: Part[], converter: Converter, small: boolean): string | undefined {
  const [open, close] = [parts[0]?.operator, parts.at(-1)?.operator];
  if (parts.length < 3 || !openers.has(open ?? "") || !closers.has(close ?? "")) return undefined;
  const inner = parts.slice(1, -1);
  if (inner.length === 1 && (inner[0].rows !== undefined || inner[0].stacked)) return undefined;
  const latex = tidied(converter.join(inner, small));
  return tall.test(latex) ? `\\left${open} ${latex} \\right${close}` : undefined;
}

const tall = /\\(?:frac|sum|int|prod|begin|binom|underbrace|overbrace)(?![a-zA-Z])/;
const openers = new Set(["(", "[", "\\{", "|", "\\mid", "\\Vert", "\\langle", "\\lfloor", "\\lceil"]);
const closers = new Set([")", "]", "\\}", "|", "\\mid", "\\Vert", "\\rangle", "\\rfloor", "\\rceil"]);

const environments: ReadonlyMap<string, string> = new Map([
  ["()", "pmatrix"],
  ["[]", "bmatrix"],
  ["\\{\\}", "Bmatrix"],
  ["||", "vmatrix"],
  ["\\mid\\mid", "vmatrix"],
  ["\\Vert\\Vert", "Vmatrix"],
  ["\\parallel\\parallel", "Vmatrix"],
]);

const styles: ReadonlyMap<string, string> = new Map([
  ["normal", "mathrm"],
  ["bold", "mathbf"],
  ["bold-italic", "boldsymbol"],
  ["double-struck", "mathbb"],
  ["script", "mathcal"],
  ["bold-script", "mathcal"],
  ["fraktur", "mathfrak"],
  ["bold-fraktur", "mathfrak"],
  ["sans-serif", "mathsf"],
  ["bold-sans-serif", "mathsf"],
  ["monospace", "mathtt"],
]);
