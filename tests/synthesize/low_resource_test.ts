import assert from "node:assert/strict";
import { languageRater } from "../../lib/select/mod.ts";
import {
  type Document,
  faithCriteria,
  judgeTranslations,
  Random,
  sameLanguage,
  synthesize,
  translate,
  translateBack,
  type TranslateOptions,
} from "../../lib/synthesize/mod.ts";
import { answer, open, scripted } from "./_server.ts";

// The first article of the Universal Declaration of Human Rights.
const original =
  "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood.";
const texts: Record<string, string> = {
  Hausa:
    "Su dai 'yan-adam, ana haifuwarsu ne duka 'yantattu, kuma kowannensu na da mutunci da hakkoki daidai da na kowa. Suna da hankali da tunani, saboda haka duk abin da za su aikata wa juna, ya kamata su yi shi a cikin 'yan-uwanci.",
  Yoruba:
    "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba. Wọ́n ní ẹ̀bùn làákàyè àti ti ẹ̀rí-ọkàn, ó sì yẹ kí wọn ó máa hùwà sí ara wọn gẹ́gẹ́ bí ọmọ ìyá.",
  Zulu:
    "Bonke abantu bazalwa bekhululekile belingana ngesithunzi nangamalungelo. Bahlanganiswe wumcabango nangunembeza futhi kufanele baphathane ngomoya wobunye.",
  Amharic:
    "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው። የተፈጥሮ ማስተዋልና ሕሊና ስላለው አንዱ ሌላውን በወንድማማችነት መንፈስ መመልከት ይገባዋል።",
  "Haitian Creole":
    "Tout moun fèt lib, egal ego pou diyite kou wè dwa. Nou gen la rezon ak la konsyans epi nou fèt pou nou aji youn ak lòt ak yon lespri fwatènite.",
  Somali:
    "Aadanaha dhammaantiis wuxuu dhashaa isagoo xor ah kana siman xagga sharafta iyo xuquuqda. Waxaa Alle (Ilaaheey) siiyay aqoon iyo wacyi, waana in qof la arkaa qofka kale ula dhaqmaa si walaaltinimo ah.",
  Kabyle: "ⵎⴷⴷⴻⵏ ⴰⴽⴽⵯ ⵜⵜⵍⴰⵍⴻⵏ ⴷ ⵉⵍⴻⵍⵍⵉⵢⴻⵏ ⵎⵙⴰⵡⴰⵏ ⴷⵉ ⵍⵃⵡⴻⵕⵎⴰ ⴷ ⵢⵉⵣⴻⵔⴼⴰⵏ ⵖⵓⵔ ⵙⴻⵏ ⵜⴰⵎⵙⴰⴽⵡⵉⵜ ⴷ ⵍⴰⵇⵓⵍ",
  "N'Ko": "ߡߐ߱ ߟߎ߬ ߓߍ߯ ߡߊߓߊ߲ߓߊߟߌ ߟߋ߬ ߝߘߊ߫ ߛߋ߬ ߟߊ߫ ߊ߬ ߣߌ߫ ߤߊߞߍ ߟߎ߬ ߡߊ߬ ߊ߬ߟߎ߫ ߘߊ߲߬ߣߍ߲߫ ߤߊߞߟߌ߫ ߡߊ߬",
  Odia:
    "ସମସ୍ତ ମନୁଷ୍ୟ ଜନ୍ମକାଳରୁ ସ୍ୱାଧୀନ ଏବଂ ମର୍ଯ୍ୟାଦା ଓ ଅଧିକାରରେ ସମାନ। ସେମାନଙ୍କଠାରେ ବିଚାରବୁଦ୍ଧି ଓ ବିବେକ ନିହିତ ଅଛି ଏବଂ ସେମାନଙ୍କୁ ପରସ୍ପର ପ୍ରତି ଭ୍ରାତୃତ୍ୱ ମନୋଭାବରେ ବ୍ୟବହାର କରିବା ଉଚିତ୍।",
  Dzongkha: "འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་སྐྱེས་ཙམ་ཉིད་ནས་ཆེ་མཐོངས་དང༌། ཐོབ་ཐངགི་རང་དབང་འདྲ་མཉམ་དུ་ཡོད་ལ།",
  Cherokee: "ᏂᎦᏓ ᎠᏂᏴᏫ ᏂᎨᎫᏓᎸᎾ ᎠᎴ ᎤᏂᏠᏱ ᎤᎾᏕᎿ ᏚᏳᎧᏛ ᎨᏒᎢ ᎨᏥᏁᎳ ᎤᎾᏓᏅᏖᏗ ᎠᎴ ᎤᏃᏟᏍᏗ ᎠᎴ ᏌᏊ ᎨᏒ ᏧᏂᎸᏫᏍᏓᏁᏗ",
  Santali: "ᱡᱚᱛᱚ ᱦᱚᱲ ᱜᱮ ᱡᱟᱱᱟᱢ ᱠᱷᱚᱱ ᱯᱷᱩᱨᱜᱟᱹᱞ ᱟᱨ ᱢᱟᱱᱟᱣᱟᱱ ᱠᱟᱱᱟ ᱚᱱᱟᱛᱮ ᱩᱱᱠᱩᱣᱟᱜ ᱟᱹᱭᱫᱟᱹᱨ",
  Kinyarwanda:
    "Abantu bose bavuka aliko bakwiye agaciro no kwubahwa kimwe. Bose bavukana ubwenge n'umutima, bagomba kugilirana kivandimwe.",
  Luxembourgish:
    "All Mënsch kënnt fräi a mat deer selwechter Dignitéit an deene selwechte Rechter op d'Welt. Jiddereen huet säi Verstand a säi Gewësse krut a soll an engem Geescht vu Bridderlechkeet denen anere géintiwwer handelen.",
  Guarani:
    "Mayma yvypóra ou ko yvy ári iñapytl'yre ha eteîcha dignidad ha derecho jeguerekópe; ha ikatu rupi oikuaa añetéva ha añete'yva, iporãva ha ivaíva, tekotevê pehenguéicha oiko oñondivekuéra.",
};

const page = (text: string, meta: Document["meta"] = {}): Document => ({
  id: "1",
  text,
  source: "udhr",
  meta,
});

async function causeOf(language: string, text: string, options: TranslateOptions = {}, source = original) {
  const method = translate(language, options);
  const [prompt] = method.build(page(source), new Random(1));
  const [result] = await method.read([{ prompt, text }], page(source));
  return "rejected" in result ? result.rejected : undefined;
}

Deno.test("translate() takes languages that few corpora have for what they are, in their own scripts too", async () => {
  for (const [language, text] of Object.entries(texts)) {
    assert.equal(await causeOf(language, text), undefined, language);
    assert.equal(await causeOf("English", original, {}, text), undefined, `from ${language}`);
    assert.equal(await causeOf(language, original), "not translated", language);
    const other = "They have reason, and all of them should be free in the world that they are born to.";
    assert.equal(await causeOf(language, other), "not translated", language);
    const french =
      "Les hommes et les femmes sont libres dans le monde, et il ne faut pas que cela change pour eux.";
    assert.equal(await causeOf(language, french), "another language", language);
    assert(sameLanguage(text, text));
  }
  const scripts = ["N'Ko", "Odia", "Santali", "Cherokee", "Kabyle", "Amharic", "Dzongkha"];
  for (const one of scripts) {
    for (const other of scripts) {
      assert.equal(sameLanguage(texts[one], texts[other]), one === other, `${one}, ${other}`);
    }
  }
  const room = (language: string) => translate(language).build(page(original), new Random(1))[0].maxTokens;
  assert(room("Santali") > 2 * room("German"), "a script that is spelt out in bytes has room");
});

Deno.test("translate() asks a language rater, and goes by the plain signs where that cannot tell", async () => {
  const german =
    "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt.";
  const rater = languageRater("de");
  assert.equal(await causeOf("German", german, { rater }), undefined);
  const french =
    "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison.";
  assert.equal(await causeOf("German", french, { rater }), "another language");
  const own = (score: number, known: boolean) => ({ name: "own", rateDocuments: () => [{ score, known }] });
  assert.equal(await causeOf("Zulu", texts.Zulu, { rater: own(0.4, true) }), "another language");
  assert.equal(await causeOf("Zulu", texts.Zulu, { rater: own(0, false) }), undefined);
  assert.equal(
    await causeOf("Zulu", "They have reason, and all of them should be free in the world.", {
      rater: own(0, false),
    }),
    "not translated",
  );
  assert.throws(
    () => translate("Zulu", { rater, isTarget: () => true }),
    /Cannot translate with isTarget and rater: one decides, give one$/,
  );
  // A rater's name is part of what a journal goes by.
  assert.deepEqual(translate("Zulu", { rater: own(1, true) }).settings, { markdown: "keep", rater: "own" });

  const method = translateBack({ rater: languageRater("en"), minSimilarity: 0.3 });
  const there = page(texts.Zulu, { original });
  const [prompt] = method.build(there, new Random(1));
  const back = async (text: string) => (await method.read([{ prompt, text }], there))[0];
  assert("text" in await back(original.replace("born", "brought forth")));
  const lost = await back(german);
  assert.equal("rejected" in lost && lost.rejected, "another language");
});

Deno.test("translate() holds a translation to its terms, and counts them", async () => {
  const source =
    "The krill swarm. Krill feed whales, and a whale's calf feeds on milk; 4 tonnes of krill a day.";
  const terms = { krill: ["krili", "Kamba wadogo"], whale: "nyangumi", plankton: "planktoni" };
  const method = translate("Swahili", { terms });
  const [prompt] = method.build(page(source), new Random(1));
  assert.match(
    prompt.messages[0].content,
    /"krill" as "krili" or "Kamba wadogo"; "whale" as "nyangumi"\. Write/,
  );
  assert.doesNotMatch(prompt.messages[0].content, /plankton/);
  const good =
    "Krili huogelea pamoja. Kamba wadogo ni chakula cha nyangumi, na mtoto wa nyangumi hunywa maziwa; tani 4 kwa siku.";
  const read = async (text: string) => (await method.read([{ prompt, text }], page(source)))[0];
  const kept = await read(good);
  assert("text" in kept);
  assert.deepEqual(kept.meta!.terms, { krill: { asked: 3, found: 2 }, whale: { asked: 2, found: 2 } });
  const lost = await read(good.replaceAll("nyangumi", "samaki mkubwa"));
  assert.equal("rejected" in lost && lost.rejected, "term not kept");
  assert.equal(await causeOf("Swahili", good, {}, source), undefined);

  const back = translateBack({ terms, minSimilarity: 0.1 });
  const there = page(good, { original: source });
  const [way] = back.build(there, new Random(1));
  assert.match(
    way.messages[0].content,
    /"krili" as "krill"; "Kamba wadogo" as "krill"; "nyangumi" as "whale"/,
  );
  const [without] = await back.read([{ prompt: way, text: source.replaceAll("hale", "ish") }], there);
  assert.equal("rejected" in without && without.rejected, "term not kept");
  const [with_] = await back.read([{ prompt: way, text: source }], there);
  assert("text" in with_);

  const chinese = translate("Chinese", { terms: { krill: "磷虾" } });
  const [asked] = chinese.build(page("Whales eat krill."), new Random(1));
  assert(
    "text" in (await chinese.read([{ prompt: asked, text: "鲸吃磷虾。" }], page("Whales eat krill.")))[0],
  );
  assert.throws(
    () => translate("Zulu", { terms: { whale: [] } }),
    /the term whale must be given as a text, or as texts/,
  );
  // deno-lint-ignore no-explicit-any -- as a notebook has it
  assert.throws(() => translate("Zulu", { terms: ["whale"] as any }), /terms must be an object such as/);
});

Deno.test("judgeTranslations() scores FAITH's five dimensions beside the original, and leaves out what does not apply", async () => {
  const scores = [
    { fluency: 4, accuracy: 5, idiomaticity: 3, terminology: 0, format: 0 },
    { fluency: 0, accuracy: 5, idiomaticity: 3, terminology: 4, format: 0 },
  ];
  let asked = 0;
  await using server = await scripted(({ content }) => {
    assert(content.includes(`Source:\n${original}`) && content.includes(texts.Zulu));
    return answer(asked < 2 ? JSON.stringify(scores[asked++]) : '{"fluency": 9}');
  });
  await using model = await open(server);
  const rows = ["a", "b", "c"].map((id) => ({ ...page(texts.Zulu, { original }), id }));
  const judging = judgeTranslations([...rows, { ...page("x"), id: "d" }], { model, workers: 1, retries: 0 });
  const judged = await Array.fromAsync(judging);
  assert.deepEqual(judged.map(({ id, mean }) => [id, mean]), [["a", 4], ["b", 3]]);
  assert.deepEqual(judging.report.rejected, { "wrong schema": 1, "nothing to write from": 1 });
  assert.equal(
    faithCriteria.map(({ name }) => name).join(),
    "fluency,accuracy,idiomaticity,terminology,format",
  );
});

Deno.test("a translation goes to the other language and back by a run, with its lineage", async () => {
  await using server = await scripted(({ content }) =>
    answer(content.includes("into Zulu") ? texts.Zulu : content.includes("into English") ? original : "")
  );
  await using model = await open(server);
  const there = await Array.fromAsync(synthesize([page(original)], translate("Zulu"), { model }));
  const [kept] = await Array.fromAsync(synthesize(there, translateBack(), { model }));
  assert.deepEqual([kept.text, kept.meta.similarity], [texts.Zulu, 1]);
  assert.deepEqual(kept.lineage!.parents, [there[0].id]);
});
