import assert from "node:assert/strict";
import { copiedShare, newNames, numbersOf, sameLanguage, wordsOf } from "../../lib/synthesize/mod.ts";

Deno.test("copiedShare() is 1 for a copy, 0 for other words, and counts overlapping runs once", () => {
  const source = "one two three four five six seven eight nine ten";
  assert.equal(copiedShare(source, source), 1);
  assert.equal(copiedShare(source.toUpperCase() + "!", source), 1);
  assert.equal(copiedShare("eins zwei drei vier fünf sechs sieben acht", source), 0);
  assert.equal(copiedShare("one two three four five six seven eight x y", source), 0.8);
  assert.equal(copiedShare("two three x two three", source, { n: 2 }), 0.8);
  assert.equal(copiedShare("one two", source), 0);
  assert.equal(copiedShare("", source), 0);
});

Deno.test("numbersOf() reads thousands, decimals, years and lists", () => {
  assert.deepEqual(numbersOf("1,234,567.5 and 1,2 and 3.14, in 1851."), [
    "1234567.5",
    "1",
    "2",
    "3.14",
    "1851",
  ]);
  assert.deepEqual(numbersOf("none"), []);
});

Deno.test("newNames() sees names inside sentences only, and knows possessives", () => {
  const source = "Captain Ahab sailed from Nantucket. Moby Dick was white.";
  assert.deepEqual(newNames("It was Ahab's ship. Whales fled from Nantucket.", source), []);
  assert.deepEqual(newNames("The ship of Starbuck, and of Stubb, left Boston.", source), [
    "Starbuck",
    "Stubb",
    "Boston",
  ]);
  assert.deepEqual(newNames("Then I went.", source), []);
});

Deno.test("sameLanguage() tells scripts and seven languages apart, and is careful with short texts", () => {
  const english = "The whale is the largest of all animals and it is not a fish.";
  assert(sameLanguage("It was a dark night and the sea was high.", english));
  assert(!sameLanguage("Der Wal ist das größte aller Tiere und nicht ein Fisch.", english));
  assert(!sameLanguage("La baleine est le plus grand des animaux et ce n'est pas un poisson.", english));
  assert(!sameLanguage("La ballena es el más grande de los animales y no es un pez, que se sepa.", english));
  assert(!sameLanguage("Кит — самое большое животное.", english));
  assert(!sameLanguage("鯨は最も大きい動物です。", english));
  assert(sameLanguage("Blue whale, 30 m", english));
  assert(sameLanguage("鯨は海に住む。", "クジラは動物だ。"));
  assert(sameLanguage("", english));
});

Deno.test("wordsOf() folds case and keeps apostrophes, hyphens and marks inside words", () => {
  assert.deepEqual(wordsOf("Don’t RE-READ naïve 3.5!"), ["don't", "re-read", "naïve", "3", "5"]);
});

Deno.test("wordsOf() cuts scripts without spaces by their dictionaries", () => {
  assert.deepEqual(wordsOf("体长可达29.9米，ABC公司"), ["体长", "可达", "29", "9", "米", "abc", "公司"]);
  assert.deepEqual(wordsOf("鯨は海に住む。"), ["鯨", "は", "海", "に", "住む"]);
  assert.deepEqual(wordsOf("วาฬเป็นสัตว์"), ["วาฬ", "เป็น", "สัตว์"]);
});

Deno.test("newNames() knows forms of a name, and none in German, where every noun has a capital", () => {
  assert.deepEqual(
    newNames("They came from America, in the Antarctic.", "American ships sail to Antarctica."),
    [],
  );
  assert.deepEqual(newNames("They came from Boston, in the Baltic.", "American ships."), [
    "Boston",
    "Baltic",
  ]);
  const german = "Der Wal ist ein Lebewesen und frisst im Meer nicht nur das Plankton.";
  assert.deepEqual(newNames(german, "Der Blauwal ist das größte Tier der Erde und nicht der Meere."), []);
});

Deno.test("sameLanguage() tells Japanese from Chinese, and relatives of one another only where it can", () => {
  const chinese = "蓝鲸是已知最大的动物，主要以南极磷虾为食。";
  assert(!sameLanguage("シロナガスクジラは最大の動物であり、オキアミを食べる。", chinese));
  assert(sameLanguage("它每天吃四吨磷虾，从一九六七年起受到保护。", chinese));
  const danish = "Hvalen er det største dyr, og den lever i havet med de andre.";
  assert(sameLanguage("Hvalen er det største dyret, og den lever i havet med de andre.", danish));
});
