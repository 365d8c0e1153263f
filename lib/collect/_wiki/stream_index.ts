import { decodeXML } from "entities";
import { readBytes } from "../../data/mod.ts";

/**
 * Find a page in the index of a dump, whose lines are `offset:pageId:title`; it is read once from its start, and not held.
 *
 * @throws {Deno.errors.InvalidData} If it is no such index.
 */
export async function streamOf(
  path: string,
  { title, pageId }: { title?: string | undefined; pageId?: number | undefined },
): Promise<{ offset: number; pageId: number } | undefined> {
  const decoder = new TextDecoder();
  const wanted = title?.replaceAll("_", " ");
  let text = "";
  for await (const part of readBytes(path, { wanted: "the index of a dump, offset:pageId:title a line" })) {
    text += decoder.decode(part, { stream: true });
    const lines = text.split("\n");
    text = lines.pop()!;
    const found = search(lines) ?? (text.length > 10_000 ? search([text]) : undefined);
    if (found) return found;
  }
  return search([text]);

  function search(lines: string[]): { offset: number; pageId: number } | undefined {
    for (const line of lines) {
      if (line.trim() === "") continue;
      const entry = /^(\d{1,15}):(\d{1,15}):(.*?)\r?$/.exec(line);
      if (!entry) {
        throw new Deno.errors.InvalidData(
          `Cannot read ${path} as it must be the index of a dump, offset:pageId:title a line: it has ${
            JSON.stringify(line.slice(0, 40))
          }`,
        );
      }
      const [, offset, id, name] = entry;
      // Titles stand there as in XML.
      if (pageId === undefined ? name === wanted || decodeXML(name) === wanted : Number(id) === pageId) {
        return { offset: Number(offset), pageId: Number(id) };
      }
    }
  }
}
