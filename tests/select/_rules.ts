import assert from "node:assert/strict";
import { c4, fineweb, gopherQuality, gopherRepetition, type Rule } from "../../lib/select/mod.ts";

/** Each rule as it is without options. */
export const rules = {
  gopherQuality: gopherQuality(),
  gopherRepetition: gopherRepetition(),
  c4: c4(),
  fineweb: fineweb(),
};

/** `count` words, every one another, none of them too long or too short. */
export function words(count: number, start = 0): string {
  return Array.from({ length: count }, (_, i) => `w${"abcdefghij"[(i + start) % 10]}rd${i + start}x`).join(
    " ",
  );
}

export const prose = `the river and ${words(60)}`;

/** Why a rule lets a text go. */
export function reason(rule: Rule, text: string): string | undefined {
  const { keep, reason } = rule.judge(text);
  assert.equal(keep, reason === undefined);
  return reason;
}
