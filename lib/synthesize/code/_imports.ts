/** How a language names the files that a file needs. */
interface Language {
  /** What begins a comment that ends with its line. */
  comment: string;
  /** The paths that may be meant, in groups: of each, the first that is there. */
  needs: (text: string, path: string, has: (path: string) => boolean) => string[][];
}

/** Where sources begin, beside a repository's root. */
const roots = ["", "src/", "lib/", "include/", "src/main/java/", "src/test/java/"];

const python: Language = {
  comment: "#",
  needs(text, path, has) {
    // An import within a text is none.
    const code = text.replace(/("""|''')[^]*?\1/g, "").replace(/\\\r?\n/g, " ");
    // A folder that is a package itself is no place where absolute imports begin.
    const bases = [...ancestors(path).filter((folder) => !has(`${folder}__init__.py`)), ...roots];
    const module = (names: string[], from: readonly string[]) =>
      from.flatMap((base) => {
        const name = base + names.join("/");
        return names.length === 0
          ? [`${base}__init__.py`]
          : [`${name}.py`, `${name}/__init__.py`, `${name}.pyi`];
      });
    const groups: string[][] = [];
    for (const [, listed] of code.matchAll(/^[ \t]*import[ \t]+([^\n#;]+)/gm)) {
      for (const one of listed.split(",")) {
        groups.push(module(one.trim().split(/\s/)[0].split("."), bases));
      }
    }
    const from = /^[ \t]*from[ \t]+(\.*)([\p{L}\p{N}_.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n;]*)/gmu;
    for (const [, dots, dotted, listed] of code.matchAll(from)) {
      const names = dotted.split(".").filter((name) => name !== "");
      // One dot is the file's own folder, each further one the folder above.
      const places = dots === "" ? bases : ancestors(path).slice(dots.length - 1, dots.length);
      const imported = listed.replace(/#[^\n]*/g, "").replace(/[()]/g, "").split(",").map((one) =>
        one.trim().split(/\s/)[0]
      );
      const within = imported.filter((name) => name !== "").map((name) => module([...names, name], places));
      groups.push(...within);
      // Whoever imports modules out of a package alone needs nothing of the package's own file.
      if (!within.every((one) => one.some(has))) groups.push(module(names, places));
    }
    return groups;
  },
};

const scriptEnds = ["", ".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts"];

const script: Language = {
  comment: "//",
  needs(text, path) {
    const named = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'](\.{1,2}\/[^"'\n]*)["']/g;
    return Array.from(text.matchAll(named), ([, name]) => {
      const target = joined(folderOf(path), name);
      // A file of TypeScript is named as the one of JavaScript that it becomes.
      const typed = target.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");
      return [target, typed].flatMap((one) => [
        ...scriptEnds.map((end) => one + end),
        ...scriptEnds.slice(1).map((end) => `${one}/index${end}`),
      ]);
    });
  },
};

const c: Language = {
  comment: "//",
  needs: (text, path) =>
    Array.from(text.matchAll(/^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]/gm), ([, name]) => [
      joined(folderOf(path), name),
      ...ancestors(path).flatMap((folder) => [joined(folder, name), joined(`${folder}include/`, name)]),
      ...roots.map((root) => joined(root, name)),
    ]),
};

const java: Language = {
  comment: "//",
  needs(text, path) {
    const named = /^[ \t]*import[ \t]+(?:static[ \t]+)?([\p{L}\p{N}_.]+)[ \t]*;/gmu;
    const bases = [...new Set([...ancestors(path), ...roots])];
    return Array.from(text.matchAll(named), ([, name]) => {
      const names = name.split(".");
      // A static import, or one of an inner class, names what stands in the file.
      return [names, names.slice(0, -1)].flatMap((parts) =>
        bases.map((base) => `${base}${parts.join("/")}.java`)
      );
    });
  },
};

const languages: Record<string, Language> = {
  ...named(python, "py pyi pyx"),
  ...named(script, "ts tsx mts cts js jsx mjs cjs"),
  ...named(c, "c h cc cpp cxx hh hpp hxx cu cuh"),
  ...named(java, "java"),
};

function named(language: Language, ends: string): Record<string, Language> {
  return Object.fromEntries(ends.split(" ").map((end) => [end, language]));
}

/** The files among a repository's own that a file imports, in the order of its imports. */
export function importsOf(path: string, text: string, has: (path: string) => boolean): string[] {
  const groups = languages[endOf(path)]?.needs(text, path, has) ?? [];
  const found = groups.flatMap((group) => group.find((one) => one !== path && has(one)) ?? []);
  return [...new Set(found)];
}

/** The line that says which file follows, as a comment of its language. */
export function headingOf(path: string): string {
  const hashed = /^(?:sh|bash|rb|pl|r|jl|yml|yaml|toml|cfg|ini|cmake|mk|ex|exs|nim|tcl|)$/;
  const comment = languages[endOf(path)]?.comment ?? (hashed.test(endOf(path)) ? "#" : "//");
  return `${comment} ${path.replace(/\s+/g, " ")}`;
}

function endOf(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1].toLowerCase() ?? "";
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** The folders around a file, the nearest first, each with its slash; the root is "". */
function ancestors(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return Array.from({ length: parts.length + 1 }, (_, up) => {
    const folder = parts.slice(0, parts.length - up);
    return folder.length === 0 ? "" : `${folder.join("/")}/`;
  });
}

/** A path from a folder, without its dots. */
function joined(folder: string, name: string): string {
  const parts: string[] = [];
  for (const part of `${folder}${name}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
