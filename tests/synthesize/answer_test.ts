import assert from "node:assert/strict";
import { cleanAnswer, isRefusal } from "../../lib/synthesize/mod.ts";

Deno.test("cleanAnswer() takes off what models wrap around a text", () => {
  const cases: [string, string][] = [
    ["Here is the rewritten text:\n\nWhales sing.", "Whales sing."],
    ["Here's a paraphrased version of the passage:\nWhales sing.", "Whales sing."],
    ["Sure! Here is the new text: Whales sing.", "Whales sing."],
    ["Certainly, here are the questions:\n\nQuestion: a?", "Question: a?"],
    ["Sure!\nWhales sing.", "Whales sing."],
    ["The following is a rewritten version:\n\nWhales sing.", "Whales sing."],
    ["**Rewritten text:** Whales sing.", "Whales sing."],
    ["New problem: Ann has 3 pens.", "Ann has 3 pens."],
    ['"Whales sing."', "Whales sing."],
    ["“Whales sing.”", "Whales sing."],
    ["```\nWhales sing.\n```", "Whales sing."],
    ["```js\n(1 + 2) * 3\n```", "(1 + 2) * 3"],
    ['Here is the text:\n"Whales sing."\n\nI hope this helps!', "Whales sing."],
    ["Whales sing.\n\nLet me know if you would like another style.", "Whales sing."],
    ["Whales sing.\r\n\r\n\r\n\r\nThey do.", "Whales sing.\n\nThey do."],
    ["  \n ", ""],
  ];
  for (const [text, clean] of cases) assert.equal(cleanAnswer(text), clean, text);
});

Deno.test("cleanAnswer() leaves the text itself alone", () => {
  for (
    const text of [
      "Here is where the whale was killed.",
      "This is a list of whales: blue, grey and humpback.",
      "The following is true of whales: they sing.",
      '"Whales sing," he said, "and so do men."',
      '"Call me Ishmael." So it begins, and ends with "the sea."',
      "Sure as death, the whale rose.",
      "Great whales are mammals. They breathe.",
      "Use ```code``` in a sentence.",
      "Of course he knew.\nHe had seen it.",
      "'Tis a whale",
    ]
  ) assert.equal(cleanAnswer(text), text);
});

Deno.test("cleanAnswer() of a clean answer changes nothing, however long", () => {
  const text = "Here is where a whale sang. ".repeat(20_000).trim();
  assert.equal(cleanAnswer(text), text);
  assert.equal(cleanAnswer(cleanAnswer(`Here is the text:\n"${text}"`)), text);
});

Deno.test("isRefusal() reads the beginning only", () => {
  for (
    const text of [
      "I'm sorry, but I can't assist with that.",
      "I cannot rewrite this text.",
      "I’m sorry, I am a model.",
      "As an AI language model, I have no opinion.",
      "Unfortunately, I don't have the text.",
      "I apologize, but no.",
      "I appreciate you reaching out, but I won't be able to rewrite this content because it may be protected.",
      "Thank you for sharing this. However, I am not able to translate the passage.",
      "I understand what you are asking for, but I can't continue with this text.",
    ]
  ) assert(isRefusal(text), text);
  for (
    const text of [
      "The captain said: I cannot turn back.",
      "I can see the whale.",
      "Sorry seas lay ahead.",
      "I understand your fear, but I cannot turn the ship.",
      "Thank you for the oil, said the cook, but we can't burn all of it.",
      "",
    ]
  ) assert(!isRefusal(text), text);
});
