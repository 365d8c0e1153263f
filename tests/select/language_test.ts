// deno-lint-ignore-file camelcase -- the names of FineWeb-2
import assert from "node:assert/strict";
import { applyRules, identifyLanguage, languageRater, languageRules, rate } from "../../lib/select/mod.ts";
import { fineweb2 } from "../../lib/sets/mod.ts";
import { testOf } from "../sets/_mirror.ts";

const texts: Record<string, string> = {
  en: "The whale swam in the sea, and nobody on the ship saw it before the evening.",
  de: "Der Wal schwamm im Meer, und niemand auf dem Schiff sah ihn vor dem Abend.",
  fr: "La baleine nageait dans la mer, et personne sur le navire ne la vit avant le soir.",
  ru: "Кит плыл в море, и никто на корабле не видел его до самого вечера.",
  zh: "鲸鱼在海里游泳，直到晚上船上都没有人看到它。",
  ja: "クジラは海を泳いでいたが、夕方まで船の誰もそれを見なかった。",
  ar: "كان الحوت يسبح في البحر ولم يره أحد على متن السفينة قبل المساء.",
  hi: "व्हेल समुद्र में तैर रही थी और शाम से पहले जहाज पर किसी ने उसे नहीं देखा।",
};

Deno.test("identifyLanguage() names the language of a sentence in eight languages", async () => {
  for (const [code, text] of Object.entries(texts)) {
    assert.deepEqual((({ language, share }) => [language, share])(await identifyLanguage(text)), [code, 1]);
  }
});

Deno.test("identifyLanguage() is not certain of what says nothing, and tells a page of two languages", async () => {
  for (const text of ["", "12345 67890", "qwpx zrt", "§§§"]) {
    assert.deepEqual(await identifyLanguage(text), { language: "", share: 0, known: false, shares: {} });
  }
  const { shares } = await identifyLanguage(texts.en.repeat(60) + texts.de.repeat(60));
  assert.deepEqual(shares, { de: 0.5, en: 0.5 });
});

Deno.test("languageRater() scores a document by how much of it is in the language", async () => {
  const documents = [texts.en, texts.de, "123"].map((text, i) => ({
    id: `${i}`,
    text,
    source: "x",
    meta: {},
  }));
  const rated = await Array.fromAsync(rate(documents, languageRater("de")));
  assert.deepEqual(rated.map(({ score, known }) => [score, known]), [[0, true], [1, true], [0, false]]);
});

await testOf(
  fineweb2,
  "FineWeb-2's rules keep prose of their language and drop that of others, also without spaces",
  async () => {
    const languages = await Array.fromAsync(fineweb2.read());
    assert.deepEqual(
      languages.map(({ language, languageScore }) => [language, languageScore]).slice(0, 3),
      [["arb_Arab", 0.711], ["cmn_Hani", 0.692], ["deu_Latn", 0.821]],
    );
    const by = new Map(languages.map((one) => [one.language, languageRules(one)]));
    // Sentences that differ, so that repetition has nothing to find.
    const prose: Record<string, string> = {
      deu_Latn:
        "Die Wale leben in allen Meeren der Welt. Sie atmen Luft und müssen deshalb an die Oberfläche kommen. Früher wurden sie mit kleinen Booten gejagt, heute sind viele Arten geschützt. Im Sommer ziehen einige von ihnen nach Norden, wo das kalte Wasser reich an Nahrung ist. Forscher haben mit Sendern gemessen, dass manche über tausend Meter tief tauchen und erst nach einer Stunde wieder auftauchen.",
      cmn_Hani:
        "鲸鱼生活在世界各地的海洋中。它们用肺呼吸，所以必须浮到水面上来。从前人们用小船捕猎鲸鱼，现在许多种类已经受到保护。夏天，一些鲸鱼会向北迁徙，因为那里寒冷的海水中有丰富的食物。研究人员用发射器测量到，有的鲸鱼可以潜到一千多米深的地方，一个小时以后才重新浮出水面。这些动物的歌声可以传到很远的地方，科学家至今还不完全明白它们的意思。",
      jpn_Jpan:
        "クジラは世界中の海に住んでいる。肺で呼吸をするので、水面に上がらなければならない。昔は小さな船で捕られていたが、今では多くの種類が保護されている。夏になると、食べ物の多い冷たい北の海へ移動するものもいる。研究者が調べたところ、千メートルより深く潜り、一時間後にようやく浮かび上がるものもいた。その歌は遠くまで届くが、意味はまだよく分かっていない。",
    };
    for (const [of, text] of Object.entries(prose)) {
      for (const rules of Object.keys(prose)) {
        const reasons: string[] = [];
        const page = { id: "0", text, source: "x", meta: {} };
        const options = { onDrop: ({ reason }: { reason: string }) => reasons.push(reason) };
        const kept = await Array.fromAsync(applyRules([page], by.get(rules)!, options));
        assert.equal(kept.length, of === rules ? 1 : 0, `${of} by ${rules}: ${reasons}`);
      }
    }
  },
);
