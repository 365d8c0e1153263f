import { Random } from "../base/mod.ts";
import { type Complex, isFinitePair, parseLatex } from "./_latex.ts";

const POINTS = 12;

/**
 * Whether two expressions of LaTeX have the same value at every point that is tried, letters as real variables of both signs;
 * false where one of them is no such expression, or has no finite value anywhere.
 */
export function sameLatexValue(a: string, b: string, { constants }: { constants: boolean }): boolean {
  const digits = [a, b].map(plainNumber);
  // More digits than a float holds are compared as they are written.
  if (digits.every((text) => text !== undefined)) return digits[0] === digits[1];
  const [one, other] = [a, b].map((text) => parseLatex(text, { plain: constants }));
  if (!one || !other) return false;
  let compared = 0;
  for (let point = 0; point < POINTS; point++) {
    const valueOf = (name: string) => constants && CONSTANTS[name] || variable(name, point);
    const values = [one, other].map((node) => node(valueOf));
    const finite = values.map(isFinitePair);
    if (finite[0] !== finite[1]) return false;
    if (!finite[0]) continue;
    compared++;
    if (!close(values[0], values[1])) return false;
  }
  return compared >= 3;
}

const CONSTANTS: Record<string, Complex> = { "\\pi": [Math.PI, 0], e: [Math.E, 0], i: [0, 1] };

/** The value of a variable: never 0, as often below as above it, the same wherever the name stands. */
function variable(name: string, point: number): Complex {
  const random = new Random(`${name}/${point}`);
  const size = 0.3 + 2.2 * random.next();
  return [(point + name.length + name.charCodeAt(name.length - 1)) % 3 === 0 ? -size : size, 0];
}

function close([a, b]: Complex, [c, d]: Complex): boolean {
  const apart = Math.hypot(a - c, b - d);
  return apart <= 1e-11 * Math.max(Math.hypot(a, b), Math.hypot(c, d)) || apart < 1e-15;
}

/** A number as it is written, without zeros that say nothing. */
function plainNumber(text: string): string | undefined {
  const [, sign, whole, part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const [front, back] = [whole.replace(/^0+(?=\d)/, ""), part.replace(/0+$/, "")];
  const size = back === "" ? front : `${front}.${back}`;
  return size === "0" ? "0" : sign + size;
}
