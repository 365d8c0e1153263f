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
  /** Where it begins. */
  start: number;
  /** Whether it looks around and takes nothing. */
  looks: boolean;
  /** What its present alternative repeats without an end, while nothing that must be found came after. */
  last?: string | undefined;
  /** Whether something that must be found, or a lazy repeat, stands before that. */
  led: boolean;
  /** What its present alternative repeats without an end, and may pass in vain since more must be found after. */
  passed?: string | undefined;
  /** What its alternatives so far may pass in vain, and the next must take. */
  owed?: string | undefined;
}

const opened = (looks: boolean): Group => ({
  varies: false,
  repeats: 0,
  endless: 0,
  mostRepeats: 0,
  mostEndless: 0,
  start: 0,
  looks,
  led: false,
});

/** Repeats of one alternative; the patterns of tokenizers have four. */
const MOST_REPEATS = 6;

/** What may repeat so often is taken to repeat without end. */
const ENDLESS_FROM = 16;

/**
 * Check that a pattern of a `tokenizer.json` is of the shape that tokenizers use, in which looking back costs little: no group
 * of variable content is repeated, as in `(a+)+$`, what one alternative repeats is little, and what it may pass in vain the next
 * takes, as in `\s*[\r\n]|\s+`: else `a*b` would look at all of a long run of `a` from each of them. Others may take longer than
 * the universe has stood, and a pattern at work cannot be stopped.
 *
 * @throws {RangeError} If it is not.
 */
export function checkPattern(pattern: string, cannot: string): void {
  const refuse = (what: string) => {
    throw new RangeError(
      `${cannot} as its patterns must not ${what}: current value is ${pattern.slice(0, 80)}`,
    );
  };
  const inVain =
    "look for more after a repeat without end, but where the next alternative takes all that it passed";
  const groups: Group[] = [opened(false)];
  for (let at = 0; at < pattern.length;) {
    const group = groups.at(-1)!;
    const [opening] = /^\((?:\?(?:<?[=!]|[:>]|[a-z-]*:?|<\w+>))?/.exec(pattern.slice(at, at + 100)) ?? [];
    if (opening) {
      groups.push({ ...opened(/[=!]$/.test(opening)), start: at });
      at += opening.length;
      continue;
    }
    if (pattern[at] === "|" || pattern[at] === ")") {
      if (!endAlternative(group)) refuse(inVain);
    }
    if (pattern[at] === "|") {
      Object.assign(group, { varies: true, repeats: 0, endless: 0 });
      at++;
      continue;
    }
    const start = at;
    const closed = pattern[at] === ")" && groups.length > 1 ? groups.pop() : undefined;
    if (/^\\(?:[1-9]|k<)/.test(pattern.slice(at, at + 3))) refuse("look back at what they found");
    at = closed ? at + 1 : endOfAtom(pattern, at);
    const atom = pattern.slice(closed?.start ?? start, at);
    const around = groups.at(-1)!;
    const before = around.endless;
    const [quantifier, low, comma, high] =
      /^(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?/.exec(pattern.slice(at, at + 30)) ?? [];
    if (closed) {
      around.varies ||= closed.varies;
      around.repeats += closed.mostRepeats;
      around.endless += closed.mostEndless;
      if (before > 0 && closed.mostEndless > 0) refuse("repeat without end beside a group that does");
      if (closed.looks && closed.mostEndless > 0) refuse("look around without end");
    }
    const least = quantifier === undefined || quantifier.startsWith("+") ? 1 : Number(low || 0);
    if (before >= 2 && least > 0) refuse("look for more after two things that repeat without end");
    at += quantifier?.length ?? 0;
    const most = quantifier === undefined
      ? 1
      : /^[*+]|\}\+/.test(quantifier)
      ? Infinity
      : quantifier.startsWith("?")
      ? 1
      : Number(comma ? high || Infinity : low);
    if (most > 1 && closed?.varies) refuse("repeat a group of variable content");
    const endless = most >= ENDLESS_FROM || (closed?.mostEndless ?? 0) > 0;
    const lazy = quantifier !== undefined && /.\?$/.test(quantifier);
    follow(around, { atom, endless, lazy, needed: least > 0 });
    // Of so many the last may be wanting.
    if (least >= ENDLESS_FROM) around.passed ??= atom;
    if (closed?.owed !== undefined) refuse(inVain);
    if (quantifier === undefined) continue;
    around.varies = true;
    if (++around.repeats > MOST_REPEATS) refuse(`repeat more than ${MOST_REPEATS} things in a row`);
    if (most >= ENDLESS_FROM && ++around.endless > 2) {
      refuse("repeat more than two things in a row without end");
    }
  }
  const [whole] = groups;
  if (!endAlternative(whole) || whole.owed !== undefined) refuse(inVain);
}

/** A part of an alternative. */
interface Item {
  atom: string;
  endless: boolean;
  lazy: boolean;
  needed: boolean;
}

/** An item comes next in a group's present alternative. */
function follow(group: Group, { atom, endless, lazy, needed }: Item): void {
  // White space up to what is none: one step back at the most.
  if (atom === "(?!\\S)" && group.last === "\\s") return;
  if (needed && group.last !== undefined) group.passed ??= group.last;
  if (endless) {
    // A lazy repeat takes as little as it can.
    if (lazy) group.led = true;
    group.last ??= atom;
  } else if (needed && group.last === undefined) group.led = true;
}

/** Whether a group's present alternative, which ends here, takes or passes what those before it may have passed. */
function endAlternative(group: Group): boolean {
  const { last, passed, owed, led } = group;
  group.mostRepeats = Math.max(group.mostRepeats, group.repeats);
  group.mostEndless = Math.max(group.mostEndless, group.endless);
  const takes = passed === undefined && !led ? last : undefined;
  Object.assign(group, { last: undefined, passed: undefined, led: false });
  group.owed = passed;
  return owed === undefined || owed === passed || owed === takes;
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
