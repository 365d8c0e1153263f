import { ofKind } from "../base/mod.ts";

/**
 * Whether two texts seem to be of one language: the same script, and no other language whose commonest words or letters
 * fill much more of the text. Cheap and careful: it says no only when the evidence is plain.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sameLanguage } from "midtrain/synthesize";
 *
 * assert(sameLanguage("The whale is in the sea.", "It was the best of times."));
 * assert(!sameLanguage("Der Wal ist in dem Meer und der See.", "It was the best of times."));
 * ```
 */
export function sameLanguage(text: string, source: string): boolean {
  ofKind("Cannot compare languages", { text, source }, "a text");
  const script = scriptOf(text);
  const scriptOfSource = scriptOf(source);
  if (script !== scriptOfSource) return script === undefined || scriptOfSource === undefined;
  const [one, other] = [languageOf(text, script), languageOf(source, script)];
  return one === undefined || other === undefined || one === other || !!known[one].near?.includes(other);
}

/**
 * Whether a text may be of a language that has a name in English: not where its script or its commonest words are plainly
 * those of another. A language that is not known here is given the benefit of the doubt, but for what is plainly known.
 */
export function mayBe(language: string, text: string): boolean {
  const name = nameOf(language);
  const found = languageOf(text);
  if (name === undefined) {
    return found === undefined || language.toLowerCase().includes(found.toLowerCase()) || !fills(found, text);
  }
  const script = scriptOf(text);
  if (script !== undefined && !(known[name].scripts ?? ["Latin"]).includes(script)) return false;
  return found === undefined || found === name || (known[name].near ?? []).includes(found);
}

/**
 * Whether a text that should be in a language stayed in that of its original. Where both are known, a text that could be the original's is; else only one
 * that plainly is, or that has most of its words: most languages are not known here, and look like any other.
 */
export function untranslated(language: string, text: string, original: string): boolean {
  const script = scriptOf(text);
  if (script !== undefined && script !== (scriptOf(original) ?? script)) return false;
  const name = nameOf(language);
  const [said, meant] = [languageOf(text), languageOf(original)];
  if (said !== undefined && said === name) return false;
  const told = name !== undefined && (known[name].words ?? known[name].scripts) !== undefined;
  if (told && meant !== undefined) return sameLanguage(text, original);
  if (said !== undefined && said === meant) return true;
  const words = lettersOf(text).filter((word) => word.length >= 4);
  const originals = new Set(lettersOf(original));
  return words.filter((word) => originals.has(word)).length > words.length / 2;
}

/** A language that is known here, by its name in English. */
function nameOf(language: string): string | undefined {
  return Object.keys(known).find((one) => one.toLowerCase() === language.trim().toLowerCase());
}

/** Whether a fifth of a text are a language's commonest words, as in prose of it: what shares some of them has fewer. */
function fills(language: string, text: string): boolean {
  const common = known[language].words?.split(" ");
  const words = lettersOf(text);
  return !common || words.filter((word) => common.includes(word)).length >= words.length / 5;
}

/** How many tokens a word of a language may take: a script that tokenizers seldom met is spelt out, byte for byte. */
export function tokensAWord(language: string): number {
  const name = nameOf(language);
  return name !== undefined && !known[name].scripts ? 6 : 16;
}

/** Whether a text is of a language that writes every noun with a capital letter. */
export function capitalisesNouns(text: string): boolean {
  const language = languageOf(text);
  return language === "German" || language === "Luxembourgish";
}

const scripts = [
  "Latin",
  "Cyrillic",
  "Greek",
  "Arabic",
  "Hebrew",
  "Han",
  "Hiragana",
  "Katakana",
  "Hangul",
  "Devanagari",
  "Bengali",
  "Tamil",
  "Telugu",
  "Gujarati",
  "Gurmukhi",
  "Kannada",
  "Malayalam",
  "Sinhala",
  "Thai",
  "Lao",
  "Khmer",
  "Myanmar",
  "Georgian",
  "Armenian",
  "Ethiopic",
  "Tibetan",
  ...("Adlam Balinese Bamum Batak Bopomofo Buginese Buhid Canadian_Aboriginal Chakma Cham Cherokee Coptic Deseret Dogra Grantha " +
    "Gunjala_Gondi Hanifi_Rohingya Hanunoo Javanese Kaithi Kayah_Li Khojki Khudawadi Lepcha Limbu Lisu Mandaic Masaram_Gondi " +
    "Meetei_Mayek Mende_Kikakui Miao Modi Mongolian Mro New_Tai_Lue Newa Nko Nyiakeng_Puachue_Hmong Ol_Chiki Oriya Osage " +
    "Pahawh_Hmong Rejang Samaritan Saurashtra Sharada Sora_Sompeng Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le " +
    "Tai_Tham Tai_Viet Takri Thaana Tifinagh Tirhuta Vai Wancho Warang_Citi Yi").split(" "),
].map((name) => ({ name, letters: new RegExp(`\\p{Script=${name}}`, "u") }));

/** The script of each letter seen so far, from 1 on; it is looked up once a letter. */
const scriptByPoint = new Uint8Array(0x110000);
const noScript = 255;

function scriptOf(text: string): string | undefined {
  const counts = new Uint32Array(scripts.length);
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at)!;
    if (point > 0xffff) at++;
    const script = scriptByPoint[point] || (scriptByPoint[point] = scriptOfLetter(point));
    if (script !== noScript) counts[script - 1]++;
  }
  const most = counts.indexOf(Math.max(...counts));
  const { name } = scripts[most];
  // Kana and Han are one written language.
  return counts[most] === 0 ? undefined : name === "Hiragana" || name === "Katakana" ? "Han" : name;
}

function scriptOfLetter(point: number): number {
  const letter = String.fromCodePoint(point);
  return scripts.findIndex(({ letters }) => letters.test(letter)) + 1 || noScript;
}

interface Language {
  /** Its commonest words; none where its script tells, or where larger relatives share them. */
  words?: string;
  /** Its scripts. @default {["Latin"]} */
  scripts?: string[];
  /** Languages that so few words do not tell from it. */
  near?: string[];
}

const known: Record<string, Language> = {
  English: { words: "the of and to in is that it was for with as his he by not are this be from" },
  German: {
    words: "der die und das ist nicht ein eine den dem zu mit sich auf für von im auch es wird",
    near: ["Luxembourgish"],
  },
  French: { words: "le la les et des est une dans que qui pour pas sur du il avec ne ce au sont" },
  Spanish: {
    words: "el los las y del que una por con es para se su como más pero fue son lo al",
    near: ["Catalan", "Galician"],
  },
  Italian: { words: "il di che e non una per sono con del della gli si anche è come nel dei più ha" },
  Portuguese: {
    words: "o os as e do da que não uma para com em foi são mais no na ao por se",
    near: ["Galician"],
  },
  Dutch: {
    words: "het een van en niet is op te dat met voor zijn aan er die ook wordt maar naar bij",
    near: ["Afrikaans"],
  },
  Afrikaans: { near: ["Dutch", "German"] },
  Catalan: { near: ["Spanish", "French", "Italian", "Portuguese"] },
  Galician: { near: ["Portuguese", "Spanish"] },
  Swedish: {
    words: "och att det är som en på av för med den till inte har de ett om var han kan",
    near: ["Danish", "Norwegian"],
  },
  Danish: {
    words: "og at det er som en på af for med den til ikke har de et om var han kan",
    near: ["Norwegian", "Swedish"],
  },
  Norwegian: {
    words: "og at det er som en på av for med den til ikke har de et om var han kan",
    near: ["Danish", "Swedish"],
  },
  Finnish: { words: "ja on ei se että joka oli hän mutta myös ovat kun kuin niin sen tai jos ole mitä voi" },
  Polish: { words: "i w na z jest do nie że się to jak od po który są przez dla ale tym jego" },
  Czech: { words: "a se na je v že s z do to jako ve pro by byl od jsou ale který své", near: ["Slovak"] },
  Slovak: { words: "a sa na je v že s z do to ako vo pre by bol od sú ale ktorý svoje", near: ["Czech"] },
  Romanian: { words: "și de în a la care cu nu este o pe din un să mai că pentru sunt ce fost" },
  Hungarian: { words: "a az és hogy nem is egy ez volt de van csak meg mint el még már vagy ki akkor" },
  Turkish: { words: "ve bir bu da de için ile olarak daha çok ne gibi kadar olan sonra ama en var o mı" },
  Indonesian: {
    words:
      "yang dan di dengan untuk dari ini itu pada adalah tidak dalam akan ke oleh sebagai juga karena ada mereka",
    near: ["Malay"],
  },
  Malay: {
    words:
      "yang dan di dengan untuk dari ini itu pada ialah tidak dalam akan ke oleh sebagai juga kerana ada mereka",
    near: ["Indonesian"],
  },
  Swahili: { words: "ya na wa kwa ni katika la za hii kuwa cha pia au lakini hiyo kama wake yake hadi sana" },
  Vietnamese: { words: "và của là có trong được cho không các một với những này người khi đã để từ ở như" },
  Tagalog: { words: "ang ng sa na mga ay at ito para siya hindi may kung isang nang niya ni si ko mula" },
  Russian: {
    words: "и в на не что он с как это по из его от за у так но она был для",
    scripts: ["Cyrillic"],
  },
  Ukrainian: {
    words: "і в на не що він з як це по його від за у та але вона був для є",
    scripts: ["Cyrillic"],
  },
  Bulgarian: {
    words: "и на в да се от е за не с че по са като което към още той без беше",
    scripts: ["Cyrillic"],
  },
  Serbian: {
    words: "и у је да се на за са од не су као који што из би али или је био",
    scripts: ["Cyrillic", "Latin"],
  },
  Greek: { scripts: ["Greek"] },
  Hebrew: { scripts: ["Hebrew"] },
  Arabic: {
    words: "من في على إلى أن هذا التي الذي عن مع كان هذه ما لا كما وقد بين ذلك قد هو",
    scripts: ["Arabic"],
  },
  Persian: {
    words: "و در به از که این است را با برای آن یک خود تا بر هم نیز شده می باشد",
    scripts: ["Arabic"],
  },
  Urdu: {
    words: "کے میں کی ہے اور سے کا کو اس نے ہیں پر یہ کہ تھا ایک بھی گیا تھے کیا",
    scripts: ["Arabic"],
  },
  Chinese: { scripts: ["Han"] },
  Japanese: { scripts: ["Han"] },
  Korean: { scripts: ["Hangul"] },
  Hindi: { words: "के में की है और से का को इस ने हैं पर यह कि था एक भी गया थे किया", scripts: ["Devanagari"] },
  Marathi: {
    words: "आहे आणि या व च्या ते तो ही असे होते त्या मध्ये नाही हे काही पण आहेत झाले एक साठी",
    scripts: ["Devanagari"],
  },
  Nepali: {
    words: "छ र को मा का यो भएको लागि पनि हो गर्न छन् थियो एक गरेको यस तथा बाट ले भने",
    scripts: ["Devanagari"],
  },
  Bengali: { scripts: ["Bengali"] },
  Tamil: { scripts: ["Tamil"] },
  Telugu: { scripts: ["Telugu"] },
  Gujarati: { scripts: ["Gujarati"] },
  Punjabi: { scripts: ["Gurmukhi", "Arabic"] },
  Kannada: { scripts: ["Kannada"] },
  Malayalam: { scripts: ["Malayalam"] },
  Thai: { scripts: ["Thai"] },
  Lao: { scripts: ["Lao"] },
  Khmer: { scripts: ["Khmer"] },
  Burmese: { scripts: ["Myanmar"] },
  Georgian: { scripts: ["Georgian"] },
  Armenian: { scripts: ["Armenian"] },
  Amharic: { scripts: ["Ethiopic"] },
};

/** The languages that a script writes, and in which of them a word is common. */
const writtenIn = new Map<string, { languages: string[]; commonIn: Map<string, string[]> }>();
for (const [language, { words, scripts = ["Latin"] }] of Object.entries(known)) {
  for (const script of scripts) {
    const { languages, commonIn } = writtenIn.getOrInsertComputed(
      script,
      () => ({ languages: [], commonIn: new Map() }),
    );
    languages.push(language);
    for (const word of words?.split(" ") ?? []) commonIn.getOrInsertComputed(word, () => []).push(language);
  }
}

/** The language of a text, where its letters or its commonest words say it plainly. */
export function languageOf(text: string, script = scriptOf(text)): string | undefined {
  if (script === undefined) return undefined;
  if (script === "Han") return hanLanguage(text);
  const written = writtenIn.get(script);
  if (!written) return undefined;
  if (written.languages.length === 1) return written.languages[0];
  const words = lettersOf(text);
  const counts = new Map<string, { words: number; weight: number }>();
  for (const word of words) {
    const languages = written.commonIn.get(word) ?? [];
    for (const language of languages) {
      const { words, weight } = counts.get(language) ?? { words: 0, weight: 0 };
      // What several languages share says little for each.
      counts.set(language, { words: words + 1, weight: weight + 1 / languages.length });
    }
  }
  const [first, ...others] = [...counts].sort(([, a], [, b]) => b.weight - a.weight);
  if (!first) return undefined;
  const [name, { words: found, weight }] = first;
  // Of near relatives either may win.
  const second = others.find(([language]) => !(known[name].near ?? []).includes(language));
  return found >= 3 && weight >= 2 * (second?.[1].weight ?? 0) ? name : undefined;
}

function lettersOf(text: string): string[] {
  return text.toLowerCase().replaceAll("’", "'").match(/[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*/gu) ?? [];
}

/** Japanese has kana in every sentence, Chinese none; few characters tell nothing. */
function hanLanguage(text: string): string | undefined {
  const kana = text.match(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0;
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  if (kana > 0.05 * (kana + han)) return "Japanese";
  return kana === 0 && han >= 12 ? "Chinese" : undefined;
}
