import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cacheDir, sha256 } from "../base/mod.ts";

/** A type as `deno doc --json` writes it, as far as this room reads it. */
export type DocType =
  | { kind: "keyword" | "this"; repr: string }
  | { kind: "literal"; repr: string; value: { kind: string } }
  | { kind: "typeRef"; value: { typeName: string; typeParams?: DocType[] } }
  | { kind: "union" | "intersection" | "tuple"; value: DocType[] }
  | { kind: "array" | "parenthesized" | "rest" | "optional"; value: DocType }
  | { kind: "typeOperator"; value: { operator: string; tsType: DocType } }
  | { kind: "typeLiteral"; value: { properties?: DocMember[]; indexSignatures?: DocSignature[] } }
  | { kind: "fnOrConstructor"; value: DocSignature }
  | { kind: "indexedAccess"; value: { objType: DocType; indexType: DocType } }
  | { kind: "typeQuery"; value: string }
  | { kind: "mapped"; value: { typeParam: { name: string; constraint?: DocType }; tsType?: DocType } };

/** Parameters and what comes back, of a function or of what stands for one in a type. */
export interface DocSignature {
  params: DocParameter[];
  tsType?: DocType;
  returnType?: DocType;
  typeParams?: { name: string; constraint?: DocType }[];
}

/** A parameter; one with a default holds itself on the left. */
export type DocParameter =
  | { kind: "identifier"; name: string; optional?: boolean; tsType?: DocType }
  | { kind: "assign"; left: DocParameter }
  | { kind: "rest"; arg: DocParameter; tsType?: DocType }
  | { kind: "object" | "array"; tsType?: DocType };

/** A docstring. */
export interface JsDoc {
  doc?: string;
  tags?: { kind: string; name?: string; doc?: string; value?: string; tsType?: DocType }[];
}

/** A member of an interface or class. */
export interface DocMember {
  name: string;
  optional?: boolean;
  accessibility?: string;
  jsDoc?: JsDoc;
  tsType?: DocType;
  functionDef?: DocSignature;
  params?: DocParameter[];
  returnType?: DocType;
}

/** What one declaration is made of; which parts there are depends on its kind. */
export interface DocDefinition extends Partial<DocSignature> {
  extends?: DocType[];
  properties?: DocMember[];
  methods?: DocMember[];
  constructors?: DocMember[];
  target?: { filename: string; line: number };
}

/** One declaration of an exported name. */
export interface DocDeclaration {
  kind: "function" | "interface" | "typeAlias" | "variable" | "class" | "reference";
  /** The file is relative to `lib`. */
  location: { filename: string; line: number };
  jsDoc?: JsDoc;
  def: DocDefinition;
}

/** An exported name with what it stands for; what another room exports is resolved to where it is declared. */
export interface DocSymbol {
  name: string;
  room: string;
  declaration: DocDeclaration;
}

/** One room: what its module says, and what it exports, in the order of its `mod.ts`. */
export interface DocRoom {
  name: string;
  doc: string;
  symbols: DocSymbol[];
}

/** The file in `lib` by which a packed copy has its documentation. */
export const packedName = "documentation.json";

let known: DocRoom[] | undefined;

/**
 * What every room exports, from the sources beside this file: `deno doc --json`, kept in the user's cache under the sources'
 * hash. It runs no code, loads no room, needs no network and writes nothing beside the sources.
 *
 * @throws {Error} If the sources are not here as files, or `deno doc` does not read them.
 */
export function documentation(): DocRoom[] {
  return known ??= readRooms();
}

function readRooms(): DocRoom[] {
  const here = new URL("../", import.meta.url);
  const lib = here.protocol === "file:" ? fileURLToPath(here) : undefined;
  // A packed copy has no sources; what they say is packed instead.
  const packed = lib && readIfThere(join(lib, packedName));
  if (packed) return JSON.parse(packed) as DocRoom[];
  if (lib === undefined || !existsSync(join(lib, "mod.ts"))) {
    throw new Error(
      `Cannot look up help as it is read from the sources, which are not on this machine: ${here}`,
    );
  }
  const files = sourcesOf(lib);
  const key = sha256(
    [Deno.version.deno, ...files.map((file) => `${file}\n${Deno.readTextFileSync(join(lib, file))}`)].join(
      "\0",
    ),
  );
  const kept = cacheDir("documentation", `${key}.json`);
  const text = readIfThere(kept) ??
    askDeno(lib, files.filter((file) => /^[^/\\]+[/\\]mod\.ts$/.test(file)), kept);
  const { nodes } = JSON.parse(text) as { nodes: Record<string, Node> };
  return orderRooms(resolveReferences(nodes), Deno.readTextFileSync(join(lib, "mod.ts")));
}

interface Node {
  "module_doc"?: JsDoc;
  symbols: { name: string; declarations: DocDeclaration[] }[];
}

/** The TypeScript files of every room, relative to `lib`, sorted. */
function sourcesOf(lib: string, folder = ""): string[] {
  return [...Deno.readDirSync(join(lib, folder))].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return ["task", "std-cli"].includes(path) ? [] : sourcesOf(lib, path);
    return name.endsWith(".ts") && folder !== "" ? [path] : [];
  }).sort();
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

function askDeno(lib: string, modules: readonly string[], kept: string): string {
  // No configuration and no lock: nothing is looked for, fetched or written.
  const flags = ["--json", "--no-config", "--no-lock", "--no-npm", "--no-remote"];
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["doc", ...flags, ...modules.map((file) => join(lib, file))],
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  // What is kept serves every clone with these sources, wherever it lies.
  const text = new TextDecoder().decode(stdout).replaceAll(pathToFileURL(join(lib, "/")).href, "");
  if (!success) {
    const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
    throw new Error(`Cannot look up help as deno doc does not read the sources: ${said}`);
  }
  keep(kept, text);
  return text;
}

/** A cache that cannot be written costs the next first use half a second, no more. */
function keep(path: string, text: string): void {
  try {
    Deno.mkdirSync(join(path, ".."), { recursive: true });
    const part = `${path}.${crypto.randomUUID()}.part`;
    Deno.writeTextFileSync(part, text);
    Deno.renameSync(part, path);
  } catch {
    return;
  }
}

function resolveReferences(nodes: Record<string, Node>): DocRoom[] {
  const place = ({ filename, line }: { filename: string; line: number }) => `${filename}:${line}`;
  const declared = new Map(
    Object.values(nodes).flatMap(({ symbols }) => symbols.map(({ declarations }) => declarations[0]))
      .filter(({ kind }) => kind !== "reference").map((one) => [place(one.location), one]),
  );
  return Object.entries(nodes).map(([file, { module_doc: text, symbols }]) => {
    const room = file.split("/")[0];
    return {
      name: room,
      doc: text?.doc ?? "",
      symbols: symbols.map(({ name, declarations: [first] }) => {
        const { target } = first.def ?? {};
        return { name, room, declaration: target && declared.get(place(target)) || first };
      }),
    };
  });
}

/** In the order in which the whole module's text names them, which is the order in which data flows. */
function orderRooms(rooms: DocRoom[], text: string): DocRoom[] {
  const at = ({ name }: DocRoom) => (text.indexOf(`\`${name}\``) + 1) || Infinity;
  return rooms.sort((a, b) => at(a) - at(b) || (a.name < b.name ? -1 : 1));
}
