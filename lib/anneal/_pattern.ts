/** An open group of a pattern, or the whole. */
interface Group {
  /** Whether what it matches varies: it holds alternatives or something repeated. */
  varies: boolean;
  /** What its present alternative repeats: in all, and without an end in sight. */
  repeats: number;
  endless: number;
  /** The most of both in its alternatives so far. */
  mostRepeats: number;
  mostEndless: number;
}

const opened = (): Group => ({ varies: false, repeats: 0, endless: 0, mostRepeats: 0, mostEndless: 0 });

/** Repeats of one alternative; the patterns of tokenizers have four. */
const MOST_REPEATS = 6;

/** What may repeat so often is taken to repeat without end. */
const ENDLESS_FROM = 16;

/**
 * Check that a pattern of a `tokenizer.json` is of the shape that tokenizers use, in which looking back costs little: no group
 * of variable content is repeated, as in `(a+)+$`, and what one alternative repeats is little. Others may take longer than the
 * universe has stood, and a pattern at work cannot be stopped.
 *
 * @throws {RangeError} If it is not.
 */
export function checkPattern(pattern: string, cannot: string): void {
  const refuse = (what: string) => {
    throw new RangeError(
      `${cannot} as its patterns must not ${what}: current value is ${pattern.slice(0, 80)}`,
    );
  };
  const groups: Group[] = [opened()];
  for (let at = 0; at < pattern.length;) {
    const group = groups.at(-1)!;
    const [opening] = /^\((?:\?(?:<?[=!]|[:>]|[a-z-]*:?|<\w+>))?/.exec(pattern.slice(at, at + 100)) ?? [];
    if (opening) {
      groups.push(opened());
      at += opening.length;
      continue;
    }
    if (pattern[at] === "|" || pattern[at] === ")") {
      group.mostRepeats = Math.max(group.mostRepeats, group.repeats);
      group.mostEndless = Math.max(group.mostEndless, group.endless);
    }
    if (pattern[at] === "|") {
      Object.assign(group, { varies: true, repeats: 0, endless: 0 });
      at++;
      continue;
    }
    const closed = pattern[at] === ")" && groups.length > 1 ? groups.pop() : undefined;
    if (/^\\(?:[1-9]|k<)/.test(pattern.slice(at, at + 3))) refuse("look back at what they found");
    at = closed ? at + 1 : endOfAtom(pattern, at);
    const around = groups.at(-1)!;
    const before = around.endless;
    const [quantifier, low, comma, high] =
      /^(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?/.exec(pattern.slice(at, at + 30)) ?? [];
    if (closed) {
      around.varies ||= closed.varies;
      around.repeats += closed.mostRepeats;
      around.endless += closed.mostEndless;
      if (before > 0 && closed.mostEndless > 0) refuse("repeat without end beside a group that does");
    }
    const least = quantifier === undefined || quantifier.startsWith("+") ? 1 : Number(low ?? 0);
    if (before >= 2 && least > 0) refuse("look for more after two things that repeat without end");
    if (quantifier === undefined) continue;
    at += quantifier.length;
    const most = /^[*+]/.test(quantifier)
      ? Infinity
      : quantifier.startsWith("?")
      ? 1
      : Number(comma ? high || Infinity : low);
    if (most > 1 && closed?.varies) refuse("repeat a group of variable content");
    around.varies = true;
    if (++around.repeats > MOST_REPEATS) refuse(`repeat more than ${MOST_REPEATS} things in a row`);
    if (most >= ENDLESS_FROM && ++around.endless > 2) {
      refuse("repeat more than two things in a row without end");
    }
  }
}

/** Where a character, an escape or a class ends. */
function endOfAtom(pattern: string, at: number): number {
  if (pattern[at] === "\\") {
    return at +
      (/^\\(?:[pPxu]\{[^}]*\}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|.)/su.exec(pattern.slice(at, at + 100))?.[0]
        .length ?? 1);
  }
  if (pattern[at] !== "[") return at + 1;
  let depth = 0;
  do {
    if (pattern[at] === "[") {
      depth++;
      if (pattern[at + 1] === "^") at++;
      // A bracket that stands first is a character.
      if (pattern[at + 1] === "]") at++;
    } else if (pattern[at] === "]") depth--;
    else if (pattern[at] === "\\") at++;
    at++;
  } while (depth > 0 && at < pattern.length);
  return at;
}
