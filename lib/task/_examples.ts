import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * The examples of documentation as modules of one test each, so that many run in one process and load what they use once.
 * `deno test --doc` starts each anew. An example imports all that it names.
 *
 * @param sources Modules, whose examples stand in their documentation, and pages in Markdown.
 * @param folder Where the modules are written.
 * @returns Their paths. A block of another language, or marked `ignore`, is none.
 */
export async function writeExamples(sources: readonly string[], folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const source of sources) {
    for (const { name, code } of examplesOf(await Deno.readTextFile(source), source)) {
      const path = join(folder, `${paths.length}-${basename(name).replaceAll(/\W/g, "-")}.ts`);
      paths.push(path);
      await Deno.writeTextFile(path, code);
    }
  }
  return paths;
}

/** The examples in a text: each with its lines as a name, as Deno counts them, and its code as a test. */
export function examplesOf(text: string, source: string): { name: string; code: string }[] {
  const comments = source.endsWith(".md") ? [{ 0: text, index: 0 }] : text.matchAll(/\/\*\*[^]*?\*\//g);
  return [...comments].flatMap((comment) =>
    [...comment[0].matchAll(/```ts\n([^]*?)```/g)].map((block) => {
      const first = text.slice(0, comment.index + block.index).split("\n").length;
      const name = `${source}#${first}-${first + block[0].split("\n").length - 1}`;
      const lines = source.endsWith(".md") ? block[1] : block[1].replaceAll(/^ *\* ?/gm, "");
      return { name, code: asTest(name, lines, dirname(source)) };
    })
  );
}

/** An example's lines as a test, behind its imports; what it imports by a relative path lies beside its source. */
function asTest(name: string, lines: string, folder: string): string {
  const imports: string[] = [];
  const body = lines.replaceAll(/^import [^;]*;\n/gm, (line) => {
    const absolute = (_: string, path: string) => JSON.stringify(pathToFileURL(resolve(folder, path)).href);
    imports.push(line.replace(/"(\.[^"]*)"/, absolute));
    return "";
  });
  return `${imports.join("")}Deno.test(${JSON.stringify(name)}, async () => {\n${body}});\n`;
}
