import type { Workspace } from "@astral-sh/ruff-wasm-nodejs";
import { logicalLines, untabbed } from "../_python.ts";

// Ruff compiled to WebAssembly reads Python with the parser that ruff itself has: nothing is executed.
let opened: Promise<Workspace> | undefined;

/** What pylint looks for by default, as far as ruff has it, and pylint's length of lines. */
const settings = {
  "line-length": 100,
  "target-version": "py314",
  lint: {
    select: [
      ...["E", "W", "F", "N", "PL", "D100", "D101", "D102", "D103", "B", "A", "ARG", "BLE", "I"],
      ...[
        "RET505",
        "RET506",
        "RET507",
        "RET508",
        "S102",
        "S307",
        "TRY002",
        "UP031",
        "UP032",
        "C416",
        "SIM103",
      ],
    ],
    // Thresholds of complexity that pylint has otherwise, or a matter of taste.
    ignore: ["PLR2004", "B905", "B904", "E203", "E741", "N818"],
  },
};

/** What pylint counts five times: it will not run as it stands. */
const errors = /^(?:F82[123]|F811|F70[1-7]|PLE|F50|F632)/;

/** What ruff says of a text of Python. */
export interface Lint {
  /** Why it does not parse, and in which line, if it does not. */
  fault?: string;
  /** 10 for a text in which nothing is to be said, see `lintPython`; 0 for one that does not parse. */
  score: number;
  /** What is to be said by rule, such as `F401`, and how often. */
  findings: Record<string, number>;
}

async function open(): Promise<Workspace> {
  const { PositionEncoding, Workspace } = await import("@astral-sh/ruff-wasm-nodejs");
  return new Workspace(settings, PositionEncoding.Utf16);
}

/** Read a text by ruff. */
export async function lint(text: string): Promise<Lint> {
  const workspace = await (opened ??= open());
  const diagnostics = workspace.check(text) as {
    code: string | null;
    message: string;
    start_location: { row: number };
  }[];
  const broken = diagnostics.find(({ code }) => code === null || code === "invalid-syntax");
  if (broken) {
    return { fault: `${broken.message}, line ${broken.start_location.row}`, score: 0, findings: {} };
  }
  const findings: Record<string, number> = {};
  let weight = 0;
  for (const { code } of diagnostics) {
    findings[code!] = (findings[code!] ?? 0) + 1;
    weight += errors.test(code!) ? 5 : 1;
  }
  return { score: Math.max(0, 10 - 10 * weight / statementsOf(text)), findings };
}

/** A text as ruff formats it; it must parse. */
export async function formatted(text: string): Promise<string> {
  return (await (opened ??= open())).format(text);
}

function statementsOf(text: string): number {
  const lines = logicalLines(untabbed(text));
  const count = typeof lines === "string"
    ? text.split("\n").filter((line) => /^\s*[^\s#]/.test(line)).length
    : lines.length;
  return Math.max(1, count);
}
