import type { Json } from "../data/mod.ts";
import { RequestError } from "./errors.ts";
import { type Body, chatBody, type LimitName } from "./_wire.ts";

/** Parameters of sampling that an answer can be made without. */
const droppable = ["temperature", "seed", "top_p"];

/** What a server says of a parameter that it does not take. */
const unsupported =
  /unsupported|not (?:be )?(?:support|permit|allow|accept|recogni[sz]|implement|available|valid)|n't (?:support|accept|allow)|unknown|unrecogni[sz]ed|unexpected|extra|forbidden|deprecated|only the default|incompatible|must be (?:unset|1)/i;

/**
 * How one endpoint wants what servers disagree on, learnt from its refusals: the limit's name, schemas, and which parameters
 * of sampling it takes. What it does not take is left out from then on, and said once.
 */
export class Dialect {
  limitName: LimitName = "max_tokens";
  readonly #dropped = new Set<string>();
  #schemas = true;
  readonly #parts: { kind: "endpoint" | "embedded"; name: string; onNotice: (line: string) => void };

  constructor(parts: { kind: "endpoint" | "embedded"; name: string; onNotice: (line: string) => void }) {
    this.#parts = parts;
  }

  /** Send a question by as many bodies as it takes to learn; what is learnt stands for later ones. */
  async chat(
    question: Body,
    post: (body: Body) => Promise<Json>,
  ): Promise<{ answer: Json; dropped: readonly string[] }> {
    // The embedded model's grammars hold less than schemas say; every answer is checked here anyway.
    const strict = this.#parts.kind === "endpoint";
    while (true) {
      const { limitName } = this;
      const enforced = this.#schemas;
      const dropped = droppable.filter((name) => name in question && this.#dropped.has(name));
      const body = Object.fromEntries(
        Object.entries(chatBody(this.#parts.name, question, { limitName, enforced, strict }))
          .filter(([name]) => !dropped.includes(name)),
      );
      try {
        return { answer: await post(body), dropped };
      } catch (error) {
        if (!(error instanceof RequestError) || !this.#learns(error, body)) throw error;
      }
    }
  }

  /** Whether a refusal of a body says what to leave out or to name otherwise. */
  #learns({ status, message, parameter }: RequestError, body: Body): boolean {
    if (this.#parts.kind !== "endpoint" || status !== 400 && status !== 422) return false;
    // OpenAI's newer models know the limit under another name only.
    if ("max_tokens" in body && message.includes("max_completion_tokens")) {
      this.limitName = "max_completion_tokens";
      return true;
    }
    // The prompt itself should ask for JSON; a server without schemas then answers in words that are read and checked.
    if ("response_format" in body && /response_format|json_schema|schema/i.test(`${parameter} ${message}`)) {
      this.#schemas = false;
      return true;
    }
    const refused = unsupported.test(message)
      ? droppable.find((name) =>
        name in body && (name === parameter || new RegExp(`\\b${name}\\b`).test(message))
      )
      : undefined;
    if (refused === undefined) return false;
    if (!this.#dropped.has(refused)) {
      this.#parts.onNotice(
        `${this.#parts.name} refuses the parameter ${refused}: it is left out from now on (${message})`,
      );
    }
    this.#dropped.add(refused);
    return true;
  }
}
