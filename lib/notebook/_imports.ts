import { nearest } from "../base/mod.ts";
import { type DocRoom, documentation } from "./_documentation.ts";

/**
 * What is wrong with a cell's imports from midtrain; undefined where nothing is. The kernel makes an import of a name that the
 * module does not export `undefined`, without a word.
 */
export function misspeltImport(source: string): string | undefined {
  const imports = [...source.matchAll(statement)].filter(([, , , from]) => from.startsWith("midtrain/"));
  if (imports.length === 0) return undefined;
  const rooms = roomsIfThere();
  for (const [, typesOnly, names, from] of imports) {
    const room = rooms?.find(({ name }) => `midtrain/${name}` === from);
    if (!rooms || typesOnly || besideRooms.includes(from)) continue;
    if (!room) {
      const meant = nearest(from, rooms.map(({ name }) => `midtrain/${name}`));
      if (meant) return `Cannot import from ${from} as there is no such room: did you mean ${meant}?`;
      continue;
    }
    const exported = room.symbols.map(({ name }) => name);
    const unknown = names.replaceAll(comments, "").split(",").map((part) => part.trim())
      .filter((part) => part !== "" && !part.startsWith("type ")).map((part) => part.split(/\s+as\s+/)[0])
      .find((name) => name !== "default" && !exported.includes(name));
    if (unknown !== undefined) {
      return `Cannot import ${unknown} from ${from} as there is no such export: ${
        hint(unknown, room, rooms)
      }`;
    }
  }
}

/** What is no room: data of the room recipe. */
const besideRooms = ["midtrain/recipes"];
const statement = /^[ \t]*import\s+(type\s+)?\{([^}]*)\}\s*from\s*["']([^"']+)["']/gm;
const comments = /\/\*[^]*?\*\/|\/\/.*$/gm;

function hint(unknown: string, room: DocRoom, rooms: readonly DocRoom[]): string {
  const other = rooms.find(({ symbols }) => symbols.some(({ name }) => name === unknown));
  if (other) return `midtrain/${other.name} has it`;
  const meant = nearest(unknown, room.symbols.map(({ name }) => name));
  return meant ? `did you mean ${meant}?` : `help("${room.name}") lists what there is`;
}

/** Nothing is checked where the sources cannot be read: the kernel will see. */
function roomsIfThere(): DocRoom[] | undefined {
  try {
    return documentation();
  } catch {
    return undefined;
  }
}
