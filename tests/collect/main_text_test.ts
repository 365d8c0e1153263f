import assert from "node:assert/strict";
import { htmlToText } from "../../lib/collect/mod.ts";

const paragraph = `<p>${"The quick brown fox, as it were, jumps over the lazy dog again. ".repeat(6)}</p>`;
const teaser = `<p>${"Whales sing, as sailors say, for hours in the cold sea at night. ".repeat(6)}</p>`;

Deno.test("a column beside a named text goes even where it is longer than the text", async () => {
  const { text } = await htmlToText(`<body><div class="entry-content">${paragraph}</div>
    <aside class="sidebar">${teaser.repeat(10)}</aside></body>`);
  assert.match(text, /quick brown fox/);
  assert.doesNotMatch(text, /Whales/);
});

Deno.test("the answers to one question stay, short ones too", async () => {
  const answers = [
    "use sort() with a comparator that returns a number, as shown.",
    "write a loop, then swap them.",
  ];
  const { text } = await htmlToText(
    `<body><div id="question"><h1>How to sort?</h1><div class="post">${paragraph}</div></div>
    <div id="answers">${
      answers.map((answer) => `<div class="answer"><div class="post"><p>Here: ${answer}</p></div></div>`)
        .join("")
    }</div></body>`,
  );
  assert.match(text, /^How to sort\?/);
  for (const answer of answers) assert(text.includes(answer), answer);
});

Deno.test("the title of a thread stays where a header holds it", async () => {
  const posts = [1, 2, 3].map((n) =>
    `<div class="post"><div class="post-content">${paragraph}<p>Reply ${n}.</p></div></div>`
  );
  const { text } = await htmlToText(`<body class="forum"><article class="topic">
    <header class="entry-header"><h1>Which fox is quick?</h1></header>${posts.join("")}</article></body>`);
  assert.match(text, /^Which fox is quick\?/);
});

Deno.test("both lists of a recipe stay", async () => {
  const ingredients = Array.from({ length: 15 }, (_, i) => `<li>${i} cups of flour number ${i}</li>`).join(
    "",
  );
  const steps = Array.from(
    { length: 8 },
    (_, i) => `<li>Step ${i}: mix the dough well, then let it rest, please.</li>`,
  );
  const { text } = await htmlToText(
    `<body><h1>Pie</h1><ul class="ingredients">${ingredients}</ul><ol>${steps.join("")}</ol></body>`,
  );
  assert.match(text, /3 cups of flour/);
  assert.match(text, /Step 7/);
});

Deno.test("a line between two empty lines goes without those around it", async () => {
  const words = "The quick brown fox, as it were, jumps over the lazy dog again. ".repeat(6);
  const { text } = await htmlToText(`<body><div class="entry-content">${words}<br><br>
    <a href="x">Read also: ten foxes</a><br><br>${words}<br><br>${words}</div></body>`);
  assert.equal(text.split("again.\n").length - 1 + (text.endsWith("again.") ? 1 : 0), 3);
  assert.doesNotMatch(text, /Read also/);
});
