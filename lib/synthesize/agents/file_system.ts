import { type Environment, type JsonObject, objectSchema, textSchema, ToolRefusal } from "./environment.ts";

/** Files in memory: texts by their paths, which begin with `/`. Folders are there as long as they hold files. */
export type FileSystemState = { files: { [path: string]: string } };

const path = textSchema("Path of a file, beginning with /");

/**
 * A file system in memory: list, read, find, write, append, move, delete. Paths that lead upwards are refused.
 */
export const fileSystem: Environment<FileSystemState> = {
  name: "file-system@1",
  canonical: ({ files }) => files,
  tools: [
    {
      name: "list_files",
      description: "List the files below a folder with their sizes in characters.",
      parameters: objectSchema({ folder: textSchema("Path of a folder; / is all") }),
      run({ files }, { folder }) {
        const below = `${checked(folder).replace(/\/+$/, "")}/`;
        const found = Object.keys(files).filter((path) => path.startsWith(below)).toSorted();
        if (found.length === 0) throw new ToolRefusal(`there is no folder ${folder}`);
        return { observation: found.map((path) => ({ path, characters: files[path].length })) };
      },
    },
    {
      name: "read_file",
      description: "Read a file.",
      parameters: objectSchema({ path }),
      run: ({ files }, { path }) => ({ observation: files[existing(files, path)] }),
    },
    {
      name: "find_in_files",
      description: "Find the files below a folder that hold a text, with the lines that do.",
      parameters: objectSchema({
        folder: textSchema("Path of a folder; / is all"),
        text: textSchema("The text"),
      }),
      run({ files }, { folder, text }) {
        const below = `${checked(folder).replace(/\/+$/, "")}/`;
        const found = Object.keys(files).filter((path) => path.startsWith(below)).toSorted().flatMap(
          (path) => {
            const lines = files[path].split("\n").filter((line) => line.includes(`${text}`));
            return lines.length > 0 ? [{ path, lines }] : [];
          },
        );
        return { observation: found };
      },
    },
    {
      name: "write_file",
      description: "Write a file; what stood in it before is gone.",
      parameters: objectSchema({ path, content: textSchema("All that the file is to hold") }),
      run: ({ files }, { path, content }) => put(files, checked(path), `${content}`),
    },
    {
      name: "append_file",
      description: "Add a text to the end of a file, which is made where it is not there.",
      parameters: objectSchema({ path, content: textSchema("What to add") }),
      run({ files }, { path, content }) {
        const at = checked(path);
        return put(files, at, `${Object.hasOwn(files, at) ? files[at] : ""}${content}`);
      },
    },
    {
      name: "move_file",
      description: "Move or rename a file; nothing may stand at the new path.",
      parameters: objectSchema({ from: path, to: path }),
      run({ files }, { from, to }) {
        const at = existing(files, from);
        const target = checked(to);
        if (Object.hasOwn(files, target)) throw new ToolRefusal(`${target} is there already`);
        const { [at]: text, ...rest } = files;
        return put(rest, target, text);
      },
    },
    {
      name: "delete_file",
      description: "Delete a file.",
      parameters: objectSchema({ path }),
      run({ files }, { path }) {
        const { [existing(files, path)]: _, ...rest } = files;
        return { observation: "deleted", state: { files: rest } };
      },
    },
  ],
};

function put(files: FileSystemState["files"], path: string, text: string) {
  // A folder cannot be a file, nor the other way round.
  const clash = Object.keys(files).find((other) =>
    other.startsWith(`${path}/`) || path.startsWith(`${other}/`)
  );
  if (path === "/" || clash !== undefined) throw new ToolRefusal(`${path} cannot be a file`);
  return { observation: "written", state: { files: { ...files, [path]: text } } };
}

function checked(path: JsonObject[string]): string {
  const text = `${path}`;
  if (!text.startsWith("/") || /(?:^|\/)\.\.?(?:\/|$)|\/\/|\0/.test(text)) {
    throw new ToolRefusal(`${JSON.stringify(path)} is no path: write it from / on, without . and ..`);
  }
  return text;
}

function existing(files: FileSystemState["files"], path: JsonObject[string]): string {
  const at = checked(path);
  if (!Object.hasOwn(files, at)) throw new ToolRefusal(`there is no file ${at}`);
  return at;
}
