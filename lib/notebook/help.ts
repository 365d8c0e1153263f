import { nearest } from "../base/mod.ts";
import { type DocMember, type DocRoom, type DocSymbol, documentation, type JsDoc } from "./_documentation.ts";
import { type Block, firstSentence, helpBundle, type Item, readable } from "./_help_text.ts";
import { jupyter } from "./_jupyter.ts";
import { declarationText, memberText, parameterName, parameterType, typeText } from "./_type_text.ts";

/**
 * Say what something of midtrain is and how it is used: signature, text, options with their defaults, errors and example.
 *
 * - `help()`: the rooms; `help("laws")`: what one exports, what a reader needs first at the top;
 * - `help(fitLaw)`, `help("fitLaw")`: a function, class or type; `help("figure.lines")` where two rooms export one name;
 * - `help(fit)`: what the members of a result mean;
 * - `help("decay")`: a name that nothing has is answered by the nearest, or by what speaks of it.
 *
 * It reads the docstrings of the sources that run, offline, and loads no room. In a notebook it shows Markdown, on a
 * terminal text; it need not be awaited.
 *
 * @throws {Error} If the sources are not on this machine.
 * @example
 * ```ts
 * import { help } from "midtrain/notebook";
 * import { wsd } from "midtrain/schedule";
 *
 * help(wsd);
 * help("schedule");
 * ```
 */
export function help(...things: unknown[]): void {
  for (const blocks of things.length === 0 ? [roomsBlocks(documentation())] : things.map(helpBlocks)) {
    const bundle = helpBundle(blocks, terminalColumns());
    // Not awaited, so that a cell's help() shows nothing but the help: it is on its way when this returns.
    if (jupyter()) jupyter()!.display(bundle, { raw: true });
    // deno-lint-ignore no-console
    else console.log(`${bundle["text/plain"]}\n`);
  }
}

/** What {@linkcode help} says of one thing. */
export function helpBlocks(thing: unknown): Block[] {
  const rooms = documentation();
  if (typeof thing === "string") return nameBlocks(rooms, thing.trim());
  if (thing === undefined) {
    return [{
      text:
        'This is `undefined`. A notebook says nothing of an import that its room does not export, it is `undefined`: `help("name")` gives the nearest name that there is.',
    }];
  }
  const symbols = symbolsOf(rooms, thing);
  if (symbols.length > 0) return symbols.flatMap((symbol) => symbolBlocks(rooms, symbol));
  if (typeof thing === "object" && thing !== null) {
    return [{ text: "No type of midtrain has just these members: show() prints them." }];
  }
  const name = typeof thing === "function" && thing.name ? `\`${thing.name}\`` : "This";
  return [{ text: `${name} is not of midtrain: help() lists the rooms, \`help("laws")\` what one exports.` }];
}

function terminalColumns(): number | undefined {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return undefined;
  }
}

function nameBlocks(rooms: DocRoom[], asked: string): Block[] {
  const path = asked.replace(/^midtrain[/.]/, "").replace(/\(\)$/, "");
  const room = rooms.find(({ name }) => name === path);
  if (room) return roomBlocks(room);
  const [, inRoom, name] = /^(?:(\w+)[./])?(.+)$/.exec(path) ?? [];
  const all = rooms.flatMap(({ symbols }) => symbols);
  const found = declaredOnce(all.filter((one) => one.name === name && (!inRoom || one.room === inRoom)));
  if (found.length > 0) return found.flatMap((symbol) => symbolBlocks(rooms, symbol));
  const names = [...rooms, ...all].map((one) => one.name);
  const near = /\s/.test(path) ? undefined : nearest(name ?? "", names);
  if (near) {
    return [{ text: `There is no \`${asked}\`; the nearest is \`${near}\`.` }, ...nameBlocks(rooms, near)];
  }
  return mentionBlocks(all, asked);
}

/** The names whose docstrings hold every word of what was asked, those that hold it in the name first. */
function mentionBlocks(all: readonly DocSymbol[], asked: string): Block[] {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text: string) =>
    words.length > 0 && words.every((word) => text.toLowerCase().includes(word));
  const speaking = declaredOnce(all).filter(({ name, declaration }) =>
    holds(`${name} ${declaration.jsDoc?.doc ?? ""}`)
  )
    .sort((a, b) => Number(holds(b.name)) - Number(holds(a.name)));
  if (speaking.length === 0) {
    return [{ text: `There is no \`${asked}\`, and nothing speaks of it: help() lists the rooms.` }];
  }
  const more = speaking.length > 20 ? `, the first 20 of ${speaking.length}` : "";
  return [{ text: `There is no \`${asked}\`; these speak of it${more}:` }, {
    items: speaking.slice(0, 20).map((symbol) => ({
      term: symbol.name,
      note: `midtrain/${symbol.room}`,
      what: firstSentence(symbol.declaration.jsDoc?.doc),
    })),
  }];
}

function roomsBlocks(rooms: readonly DocRoom[]): Block[] {
  return [
    { heading: "The rooms of midtrain" },
    {
      items: rooms.map(({ name, doc }) => ({
        term: `midtrain/${name}`,
        what: `${firstSentence(doc)} ${beginWith(doc)}`,
      })),
    },
    {
      text: '`help("laws")` lists what one exports, `help("fitLaw")` or `help(fitLaw)` says how one is used.',
    },
  ];
}

/** The sentence of a room's text that says where to begin. */
export function beginWith(doc: string): string {
  return /^Begin with [^]*\.$/m.exec(doc)?.[0] ?? "";
}

/** What a room exports to be used, where to begin first, without types and what it only hands on. */
export function functionsOf({ name, doc, symbols }: DocRoom): DocSymbol[] {
  const first = beginWith(doc);
  const isFirst = (symbol: DocSymbol) => Number(first.includes(`{@linkcode ${symbol.name}}`));
  return symbols.filter(({ declaration: { kind, location } }) =>
    ["function", "class", "variable"].includes(kind) && location.filename.startsWith(`${name}/`)
  ).sort((a, b) => isFirst(b) - isFirst(a));
}

function roomBlocks(room: DocRoom): Block[] {
  const functions = functionsOf(room);
  const types = room.symbols.filter((symbol) => !functions.includes(symbol)).map(({ name }) => `\`${name}\``);
  return [
    { heading: `midtrain/${room.name}` },
    { text: room.doc },
    { label: "Exports" },
    {
      items: functions.map(({ name, declaration }) => ({
        term: declaration.kind === "function" ? `${name}()` : name,
        what: firstSentence(declaration.jsDoc?.doc),
      })),
    },
    ...(types.length > 0 ? [{ label: "Types and what it hands on" }, { text: types.join(", ") }] : []),
  ];
}

/** What {@linkcode help} says of one exported name. */
export function symbolBlocks(rooms: DocRoom[], symbol: DocSymbol): Block[] {
  const { declaration, name, room } = symbol;
  const { jsDoc } = declaration;
  const examples = tagsOf(jsDoc, "example").flatMap(({ doc }) => exampleBlocks(doc ?? ""));
  return [
    { heading: `${name} · midtrain/${room}` },
    { code: declarationText(symbol) },
    { text: jsDoc?.doc ?? "" },
    ...(declaration.kind === "function"
      ? parameterBlocks(rooms, symbol)
      : memberBlocks("Members", rooms, symbol)),
    ...listed(
      "Errors",
      tagsOf(jsDoc, "throws").map(({ tsType, doc }) => ({ term: typeText(tsType), what: doc ?? "" })),
    ),
    ...(examples.length > 0 ? [{ label: "Example" }, ...examples] : []),
  ];
}

function parameterBlocks(rooms: DocRoom[], { room, declaration: { def, jsDoc } }: DocSymbol): Block[] {
  const said = tagsOf(jsDoc, "param").map((tag) => described(tag.name ?? "", tag));
  const returns = tagsOf(jsDoc, "return").map(({ doc }) => ({ text: `Returns ${lowerFirst(doc ?? "")}` }));
  const options = (def.params ?? []).flatMap((parameter) => {
    const type = parameterType(parameter);
    if (type?.kind !== "typeRef" || !/Options$|^options$/.test(`${type.value.typeName}`)) return [];
    const found = lookUp(rooms, type.value.typeName, room);
    return found ? memberBlocks(`Members of ${parameterName(parameter) ?? "options"}`, rooms, found) : [];
  });
  return [...listed("Parameters", said), ...options, ...returns];
}

function memberBlocks(label: string, rooms: DocRoom[], symbol: DocSymbol): Block[] {
  return listed(
    label,
    membersOf(rooms, symbol).map((member) => described(memberText(member), member.jsDoc)),
  );
}

/** A member or parameter with its text and its default, which may stand on the text's line: there it is no tag. */
function described(term: string, jsDoc: JsDoc | undefined): Item {
  const [, what, inline] = /^([\s\S]*?)\s*(?:@default\s+([\s\S]+))?$/.exec(jsDoc?.doc ?? "")!;
  const [tag] = tagsOf(jsDoc, "default");
  const preset = inline ?? tag?.value ?? tag?.doc;
  return {
    term,
    what,
    ...(preset ? { note: `by default ${readable(preset.replace(/^\{(.*)\}$/s, "$1"))}` } : {}),
  };
}

/** Members of an interface or class, those it extends first. */
function membersOf(rooms: DocRoom[], { room, declaration: { kind, def } }: DocSymbol): DocMember[] {
  const parents = (Array.isArray(def.extends) ? def.extends : []).flatMap((type) => {
    const found = type.kind === "typeRef" ? lookUp(rooms, type.value.typeName, room) : undefined;
    return found ? membersOf(rooms, found) : [];
  });
  const { tsType } = def as { tsType?: { kind: string; value: { properties?: DocMember[] } } };
  const literal = kind === "typeAlias" && tsType?.kind === "typeLiteral" ? tsType.value.properties ?? [] : [];
  const methods = (def.methods ?? []).map((method) =>
    method.functionDef ? { ...method, ...method.functionDef } : method
  );
  const own = [...(def.properties ?? []), ...literal, ...methods].filter(({ accessibility, name }) =>
    accessibility !== "private" && !name.startsWith("#") && !name.startsWith("[")
  );
  return [
    ...parents.filter(({ name }) => !own.some((member) => member.name === name)),
    ...own,
  ] as DocMember[];
}

/** A type by its name, of this room before others. */
export function lookUp(rooms: DocRoom[], name: string, room: string): DocSymbol | undefined {
  const found = rooms.flatMap(({ symbols }) => symbols).filter((one) => one.name === name);
  return found.find((one) => one.room === room) ?? found[0];
}

/** Which exported names a value may be; of functions with one name those whose parameters are called as its own are. */
function symbolsOf(rooms: DocRoom[], thing: unknown): DocSymbol[] {
  const all = declaredOnce(rooms.flatMap(({ symbols }) => symbols));
  if (typeof thing === "function") {
    const named = all.filter(({ name, declaration: { kind } }) =>
      name === thing.name && (kind === "function" || kind === "class")
    );
    const same = named.filter((symbol) => hasParametersOf(thing, symbol));
    return same.length > 0 ? same : named;
  }
  if (typeof thing !== "object" || thing === null) return [];
  const maker = (thing as object).constructor?.name;
  const made = all.filter(({ name, declaration: { kind } }) => kind === "class" && name === maker);
  if (made.length > 0) return made;
  const constants = all.filter((symbol) =>
    symbol.declaration.kind === "variable" && isNameOf(symbol.name, thing)
  );
  return [...constants, ...shapedLike(rooms, all, thing)];
}

/** Whether an exported constant, `momentumLaw`, is called as a thing says of itself, `momentum`. */
function isNameOf(exported: string, { name }: { name?: unknown }): boolean {
  const letters = (text: string) => text.toLowerCase().replaceAll(/[^a-z\d]/g, "");
  return typeof name === "string" && name !== "" &&
    [letters(name), `${letters(name)}law`].includes(letters(exported));
}

function hasParametersOf(thing: { toString(): string }, { declaration: { def } }: DocSymbol): boolean {
  const head = /\(([^)]*)/.exec(String(thing))?.[1] ?? "";
  const names = head.split(",").map((part) => /^\s*(?:\.\.\.)?([\w$]+)/.exec(part)?.[1]).filter(Boolean);
  return (def.params ?? []).map(parameterName).join() === names.join();
}

/** The types that have all the members of a value, and no other that must be there. */
function shapedLike(rooms: DocRoom[], all: readonly DocSymbol[], thing: object): DocSymbol[] {
  const keys = Object.keys(thing);
  const fitting = all.filter(({ declaration: { kind } }) => kind === "interface" || kind === "typeAlias")
    .map((symbol) => ({ symbol, members: membersOf(rooms, symbol) }))
    .filter(({ members }) =>
      members.length > 0 && keys.length > 0 &&
      keys.every((key) => members.some(({ name }) => name === key)) &&
      members.every(({ name, optional }) => optional || name in thing)
    );
  const least = Math.min(...fitting.map(({ members }) => members.length));
  return fitting.filter(({ members }) => members.length === least).map(({ symbol }) => symbol);
}

/** One of those that several rooms hand on: where it is declared, if that is there. */
function declaredOnce(symbols: readonly DocSymbol[]): DocSymbol[] {
  const own = (symbol: DocSymbol) => symbol.declaration.location.filename.startsWith(`${symbol.room}/`);
  const kept = new Map<string, DocSymbol>();
  for (const symbol of symbols) {
    const { filename, line } = symbol.declaration.location;
    const place = `${symbol.name}:${filename}:${line}`;
    if (!kept.has(place) || own(symbol)) kept.set(place, symbol);
  }
  return [...kept.values()];
}

function exampleBlocks(doc: string): Block[] {
  return doc.split(/(```\w*[^\n]*\n[\s\S]*?\n```)/).filter((part) => part.trim() !== "").map((part) => {
    const code = /^```\w*[^\n]*\n([\s\S]*?)\n```$/.exec(part);
    return code ? { code: code[1] } : { text: part };
  });
}

function tagsOf(jsDoc: JsDoc | undefined, kind: string): NonNullable<JsDoc["tags"]> {
  return (jsDoc?.tags ?? []).filter((tag) => tag.kind === kind);
}

function listed(label: string, items: Item[]): Block[] {
  return items.length === 0 ? [] : [{ label }, { items }];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
