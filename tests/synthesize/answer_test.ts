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

Deno.test("cleanAnswer() takes off other openings, marks and closing words of the same kinds", () => {
  const before = [
    "Here you go!\n\n",
    "Alright, here's the rewrite:\n\n",
    "Okay, I'll rewrite it.\n\n",
    "Of course! I'd be happy to rewrite that for you.\n\n",
    "Certainly! Below is a rephrased version of the text.\n\n",
    "### Rewritten Text\n\n",
    "Plain English version:\n",
    "In plain English: ",
    "Rewritten: ",
    "Output:\n",
    "<scratchpad>short words</scratchpad>\n",
    "<inner_monologue>short</inner_monologue>",
    "◁think▷short◁/think▷",
  ];
  const after = [
    "Hope this helps!",
    "Is this okay?",
    "Happy to adjust it if needed.",
    "If you need anything else, just ask.",
    "Do you want another version?",
    "Note: The facts are unchanged.",
    "Explanation: I replaced hard words by simple ones.",
    "✅ All facts preserved.",
    "[End]",
  ];
  const around = ["---\n@\n---", '"""\n@\n"""', "<text>\n@\n</text>", "<rewritten_text>@</rewritten_text>"];
  for (const one of before) assert.equal(cleanAnswer(`${one}Whales sing.`), "Whales sing.", one);
  for (const one of after) assert.equal(cleanAnswer(`Whales sing.\n\n${one}`), "Whales sing.", one);
  for (const one of around) assert.equal(cleanAnswer(one.replace("@", "Whales sing.")), "Whales sing.", one);
  for (
    const text of [
      "# Translation\n\nRibosomes read RNA.",
      "New: 120 crayons",
      "I have translated Homer.\n\nIt took me nine years.",
      "Whales sing.\n\nIf you need salt, take it from the sea.",
      "<p>Whales sing.</p>",
    ]
  ) assert.equal(cleanAnswer(text), text);
});

Deno.test("isRefusal() knows refusals in other words and languages, and answers to a prompt without a text", () => {
  for (
    const text of [
      "No, I can't help with that request.",
      "That's not something I'm able to help with.",
      "Due to ethical concerns, I cannot rewrite this passage.",
      "My guidelines do not allow me to rewrite this.",
      "Rewriting this text would violate copyright.",
      "I don't think I can help with this.",
      "I respectfully decline.",
      "Unfortunately I'm unable to process this.",
      "This request is not something I can fulfill.",
      "Your message was empty.",
      "[Content removed]",
      "I'm Claude, an AI assistant made by Anthropic, and I can't help with this.",
      "You haven't provided any text.",
      "There doesn't seem to be any text to rewrite.",
      "Sure, I'd be happy to help! Please provide the text.",
      "Hello! How can I assist you today?",
      "Das kann ich leider nicht machen.",
      "Il m'est impossible de répondre à cette demande.",
      "Me temo que no puedo hacer eso.",
      "Não consigo ajudar com isso.",
      "Jag kan tyvärr inte hjälpa till med det.",
      "Nie mogę pomóc w tej sprawie.",
      "Я не могу с этим помочь.",
      "这个请求违反了我的准则。",
      "この依頼にはお応えできません。",
      "요청하신 내용을 수행할 수 없습니다.",
      "Bu konuda yardımcı olamam.",
    ]
  ) assert(isRefusal(text), text);
  for (
    const text of [
      "As an AI winter set in, funding fell.",
      "As an assistant professor she taught logic.",
      "No text survives from that time.",
      "Je ne peux pas dormir, dit-elle.",
      "Due to the war I cannot travel, he wrote.",
      "How can cells help the body today?",
      "My training was hard, and it taught me to sail.",
      "Welding this material may be harmful.",
      "Ich kann schwimmen, aber nicht tauchen.",
      "我不能忘记那一天。",
    ]
  ) assert(!isRefusal(text), text);
});
