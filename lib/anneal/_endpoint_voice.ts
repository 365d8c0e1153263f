import { must } from "../base/mod.ts";
import type { LanguageModel, RatedToken } from "../llm/mod.ts";
import type { Said, Voice, Window } from "./_teacher.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Windows asked for at a time: servers read several together. */
const AT_ONCE = 8;

/** Cut otherwise by nearly any two tokenizers: digits, accents, punctuation, code, rare words. */
const PROBE =
  "In 1987, café-goers paid $1,234.50; def f(x): return x*2  # Unübertroffen antidisestablishmentarian";

const cannot = "Cannot record a teacher";

/**
 * An endpoint that says of each token of a window what may follow. It is sent ids, and must name the same ones: a model of another
 * tokenizer would teach nonsense without an error.
 *
 * @throws {RangeError} If it cuts a probe text into other tokens.
 */
export async function endpointVoice(
  teacher: LanguageModel,
  tokenizer: Tokenizer,
  { maskDocuments, endOfDocument, signal }: {
    maskDocuments: boolean;
    endOfDocument: number;
    signal?: AbortSignal | undefined;
  },
): Promise<Voice> {
  const idOf = idsBy(tokenizer);
  const rule = `${teacher.name} must have the tokens of ${tokenizer.name}`;
  /** Whether a token is the one that an id stands for: a text that is no token's alone may be any. */
  const check = ({ token }: RatedToken, id: number) => {
    const found = idOf(token);
    if (found === id || found === undefined && typeof token === "string") return;
    must(cannot, rule, `${named(token)} in place of ${named(id)} (${JSON.stringify(text(id))})`, false);
  };
  const named = (token: number | string) => typeof token === "number" ? `id ${token}` : JSON.stringify(token);
  const text = (id: number) => tokenizer.decode([id]);

  const ids = Array.from(tokenizer.encode(PROBE));
  const probed = await teacher.nextTokens(PROBE, { top: 1, signal });
  // A beginning of the text stands before it at some servers.
  const own = probed.slice(-ids.length);
  must(
    cannot,
    rule,
    `${probed.length} tokens of a text in place of ${ids.length}`,
    [0, 1].includes(probed.length - ids.length),
  );
  own.forEach((token, i) => check(token, ids[i]));

  return {
    atOnce: AT_ONCE,
    async say({ tokens, next }: Window, { ids, probabilities }: Said, signal) {
      const topK = ids.length / tokens.length;
      let said = 0;
      let start = 0;
      while (start < tokens.length) {
        const end = maskDocuments ? endOf(tokens, start, endOfDocument) : tokens.length;
        const sent = [...tokens.subarray(start, end), end < tokens.length ? tokens[end] : next];
        const rated = await teacher.nextTokens(sent, { top: topK, signal });
        must(cannot, rule, `${rated.length} tokens in place of ${sent.length}`, rated.length === sent.length);
        rated.forEach((token, i) => check(token, sent[i]));
        for (let i = start; i < end; i++) {
          const { top } = rated[i - start + 1];
          const found = top.map(([token]) => idOf(token));
          // Of a token whose alternatives cannot all be told apart nothing is learnt.
          if (found.includes(undefined) || new Set(found).size < topK) continue;
          ids.set(found as number[], i * topK);
          probabilities.set(top.map(([, logprob]) => Math.exp(logprob)), i * topK);
          said++;
        }
        start = end;
      }
      const named = `half of the tokens must have ${topK} likeliest ones that ${tokenizer.name} tells apart`;
      must(cannot, named, `${said} of ${tokens.length}`, said >= tokens.length / 2);
    },
    [Symbol.dispose]() {},
  };
}

/** The place behind the document that a place is in. */
function endOf(tokens: Int32Array, start: number, endOfDocument: number): number {
  const end = tokens.indexOf(endOfDocument, start);
  return end < 0 ? tokens.length : end + 1;
}

/** The id of a token that a server names, if its text is that of one alone. */
function idsBy(tokenizer: Tokenizer): (token: number | string) => number | undefined {
  const known = new Map<string, number | undefined>();
  return (token) => {
    if (typeof token === "number") return token < tokenizer.vocabularySize ? token : undefined;
    if (!known.has(token)) {
      const ids = token.includes("\uFFFD") ? [] : tokenizer.encode(token);
      known.set(token, ids.length === 1 ? ids[0] : undefined);
    }
    return known.get(token);
  };
}
