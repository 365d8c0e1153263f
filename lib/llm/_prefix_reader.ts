import type { LlamaContextSequence, Token } from "node-llama-cpp";
import type { Scorer, TokenScore } from "./_scorer.ts";

/**
 * Tokens that are read at a time. An engine rounds by what else is in its batch, so a text is always cut at multiples of this: what
 * is found does not depend on what was read before. Larger blocks read at most a tenth faster, and share less.
 */
export const BLOCK = 16;

/** A block as it was read. */
interface Block {
  /** Its tokens, as a text. */
  tokens: string;
  /** What was rated in it, as a text; empty where nothing was. */
  asked: string;
  scores: TokenScore[][];
}

/** Reads texts into a sequence; of a text that begins as the one before, the blocks that both have are kept. */
export class PrefixReader {
  readonly #sequence: LlamaContextSequence;
  readonly #scorer: Scorer;
  #held: Block[] = [];

  constructor(sequence: LlamaContextSequence, scorer: Scorer) {
    this.#sequence = sequence;
    this.#scorer = scorer;
  }

  /**
   * Let the sequence hold `inputs` and nothing else, and rate, after input `i`, the tokens `targets[i]` as the next one.
   *
   * @returns For each input the scores of its targets, in their order.
   */
  async read(
    inputs: Token[],
    targets: (Token[] | undefined)[],
    alternatives: number,
  ): Promise<TokenScore[][]> {
    const blocks = cut(inputs, targets, alternatives);
    const kept = this.#held.findIndex(({ tokens, asked }, at) =>
      tokens !== blocks[at]?.tokens || blocks[at].asked !== "" && blocks[at].asked !== asked
    );
    // The last block of a text is read anew: whoever asks wants to know what follows it.
    const reused = Math.min(kept < 0 ? this.#held.length : kept, blocks.length - 1);
    const held = this.#held.slice(0, reused);
    this.#held = [];
    await this.#erase(reused * BLOCK);
    for (const { from, to, tokens, asked } of blocks.slice(reused)) {
      const scores = await this.#scorer.append(inputs.slice(from, to), targets.slice(from, to), alternatives);
      held.push({ tokens, asked, scores });
    }
    this.#held = held.filter((_, at) => blocks[at].to - blocks[at].from === BLOCK);
    return blocks.flatMap(({ from, to, asked }, at) =>
      asked === "" ? Array.from({ length: to - from }, () => []) : held[at].scores
    );
  }

  /** Leave only the first `count` of the tokens that were read and appended. */
  async rewind(count: number): Promise<void> {
    await this.#erase(count);
  }

  /** Empty the sequence. */
  async clear(): Promise<void> {
    this.#held = [];
    await this.#sequence.clearHistory();
  }

  async #erase(start: number): Promise<void> {
    if (start === 0) return await this.#sequence.clearHistory();
    const end = this.#sequence.nextTokenIndex;
    if (end > start) await this.#sequence.eraseContextTokenRanges([{ start, end }]);
  }
}

function cut(
  inputs: readonly Token[],
  targets: readonly (Token[] | undefined)[],
  alternatives: number,
): { from: number; to: number; tokens: string; asked: string }[] {
  return Array.from({ length: Math.ceil(inputs.length / BLOCK) }, (_, at) => {
    const from = at * BLOCK;
    const to = Math.min(inputs.length, from + BLOCK);
    const wanted = targets.slice(from, to);
    const asked = wanted.some((tokens) => tokens !== undefined)
      ? `${alternatives} ${wanted.map((tokens) => tokens?.join("+") ?? "").join()}`
      : "";
    return { from, to, tokens: inputs.slice(from, to).join(), asked };
  });
}
