/**
 * The code that draws a golden, out of the sources of the figures' tests: the lines of its test and the declarations that they
 * need, as they would stand in a notebook. A test runs each and holds what it draws to the golden.
 *
 * @throws {Error} If no test draws it.
 */
export function figureCode(sources: readonly string[], golden: string): { said: string; code: string } {
  const call = new RegExp(`await assertGolden\\(\\s*"${golden}",\\s*([^]*?),?\\s*\\);$`);
  for (const source of sources) {
    const all = statements(source);
    for (const test of all) {
      const [, said, body] =
        /^Deno\.test\(\s*"((?:[^"\\]|\\.)*)",\s*async \(\) => \{\n([^]*)\n\s*\},?\s*\);\s*$/.exec(test) ??
          [];
      if (body === undefined) continue;
      const lines = statements(dedent(body));
      const at = lines.findIndex((line) => call.test(line));
      if (at === -1) continue;
      const drawn = `await show(${dedentTail(call.exec(lines[at])![1])});`;
      const before = all.slice(0, all.indexOf(test)).filter((one) => !one.startsWith("Deno.test("));
      return { said, code: joined(needed([...before, ...lines.slice(0, at)], drawn)) };
    }
  }
  throw new Error(`Cannot show the figure ${golden} as no test draws it`);
}

/** The statements of formatted code: each begins in the first column, and a comment belongs to what follows it. */
function statements(code: string): string[] {
  return code.split(/\n(?=[^\s)}\]])/).reduce<string[]>((all, part) => {
    const last = all.at(-1);
    return last !== undefined && /^(?:\/\/|\/\*)/.test(last) && !/^\w/m.test(last)
      ? [...all.slice(0, -1), `${last}\n${part}`]
      : [...all, part];
  }, []).map((one) => one.trimEnd()).filter((one) => one !== "");
}

function dedent(code: string): string {
  const indent = /^ */.exec(code)![0];
  return code.replaceAll(new RegExp(`^${indent}`, "gm"), "");
}

/** What stood on lines of its own between brackets, on one with them. */
function dedentTail(code: string): string {
  const [, indent = ""] = /\n( *)\S[^\n]*$/.exec(code) ?? [];
  return code.replaceAll(new RegExp(`\\n${indent}`, "g"), "\n");
}

/** The names that a statement declares: those before its type or value. */
function declared(statement: string): string[] {
  const [head = ""] = /^(?:const|let|function) [^]*?(?=: | = |\()/m.exec(statement) ?? [];
  return head.match(/[A-Za-z_$][\w$]*/g)?.slice(1) ?? [];
}

/** Those statements that the last needs, in their order, and it. */
function needed(before: readonly string[], last: string): string[] {
  const kept = [last];
  for (const one of before.toReversed()) {
    const words = new Set(kept.join("\n").match(/[A-Za-z_$][\w$]*/g));
    if (one.startsWith("import ")) {
      const [, names, from] = /^import \{ ([^]*?) \} from "([^"]+)"/.exec(one) ?? [];
      const room = /\/lib\/(\w+)\/mod\.ts$/.exec(from ?? "")?.[1];
      const used = (names ?? "").split(", ").filter((name) => words.has(name.replace(/^type /, "")));
      if (room && used.length > 0) kept.unshift(`import { ${used.join(", ")} } from "midtrain/${room}";`);
    } else if (!one.startsWith("assert") && declared(one).some((name) => words.has(name))) kept.unshift(one);
  }
  return kept;
}

function joined(code: readonly string[]): string {
  const imports = code.filter((one) => one.startsWith("import "));
  const rest = code.slice(imports.length);
  return [...imports, 'import { show } from "midtrain/notebook";', "", ...rest].join("\n");
}
