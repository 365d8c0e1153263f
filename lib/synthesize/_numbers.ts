// Numbers as texts write them: digits of any script, separators of any language, words, and both together ("4 million", 4万).

/** A number of a text. */
export interface Figure {
  /** As it stands there. */
  written: string;
  /** What it may mean: `1.200` is a thousand and more to some and little more than one to others. */
  values: number[];
  /** Whether it is written in digits. */
  digits: boolean;
}

const scales = new Map(Object.entries({
  hundred: 100,
  thousand: 1000,
  million: 1e6,
  millions: 1e6,
  billion: 1e9,
  trillion: 1e12,
  dozen: 12,
  hundert: 100,
  tausend: 1000,
  millionen: 1e6,
  milliarde: 1e9,
  milliarden: 1e9,
  mille: 1000,
  milliard: 1e9,
  milliards: 1e9,
  cien: 100,
  ciento: 100,
  mil: 1000,
  millón: 1e6,
  millones: 1e6,
  milhão: 1e6,
  milhões: 1e6,
  cento: 100,
  mila: 1000,
  milione: 1e6,
  milioni: 1e6,
  miliardo: 1e9,
  miliardi: 1e9,
  тысяча: 1000,
  тысячи: 1000,
  тысяч: 1000,
  миллион: 1e6,
  миллиона: 1e6,
  миллионов: 1e6,
  миллиард: 1e9,
  十: 10,
  百: 100,
  千: 1000,
  万: 1e4,
  萬: 1e4,
  亿: 1e8,
  億: 1e8,
  천: 1000,
  만: 1e4,
  억: 1e8,
  लाख: 1e5,
  करोड़: 1e7,
  हज़ार: 1000,
  हजार: 1000,
  ألف: 1000,
  مليون: 1e6,
  พัน: 1000,
  หมื่น: 1e4,
  แสน: 1e5,
  ล้าน: 1e6,
  elfu: 1000,
}));

/** Words from zero on, by language, and those for tens. */
const units = [
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
  "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
  "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
  "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
  "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove",
  "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove",
  "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
  "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
  "sifuri moja mbili tatu nne tano sita saba nane tisa kumi",
  "शून्य एक दो तीन चार पाँच छह सात आठ नौ दस",
  "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
];
const tens = [
  "twenty thirty forty fifty sixty seventy eighty ninety",
  "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
  "vingt trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix",
  "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
  "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
  "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
  "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
  "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
];
const han = "零一二三四五六七八九";

const words = new Map<string, number>();
for (const list of units) list.split(" ").forEach((word, value) => words.set(word, value));
for (const list of tens) list.split(" ").forEach((word, at) => words.set(word, 10 * (at + 2)));
for (const word of ["eine", "einen", "einem", "einer", "una", "une", "uma"]) words.set(word, 1);

const digitRun =
  /(?<!\p{Nd})\p{Nd}{1,3}(?: \p{Nd}{3})+(?!\p{Nd})|\p{Nd}+(?:[.,'’\u066b\u066c\u00a0\u202f]\p{Nd}+)*/u.source;
const scaleWords = [...scales.keys()].sort((a, b) => b.length - a.length).join("|");
const figure = new RegExp(
  `(${digitRun})(?:[ \\u00a0-]?(${scaleWords})(?!\\p{Script=Latin}))?|([〇零一二两兩三四五六七八九十百千万萬亿億]+)|((?:(?!\\p{Script=Han})[\\p{L}\\p{M}])+(?:-[\\p{L}\\p{M}]+)*)`,
  "giu",
);

/** The numbers of a text, in their order. */
export function figuresIn(text: string): Figure[] {
  const found: Figure[] = [];
  let open: { written: string[]; total: number; group: number; end: number } | undefined;
  const close = () => {
    if (open) {
      found.push({ written: open.written.join(" "), values: [open.total + open.group], digits: false });
    }
    open = undefined;
  };
  for (const match of text.matchAll(figure)) {
    const { 0: written, 1: inDigits, 2: scale, 3: inHan, 4: inWords, index } = match;
    const value = inWords === undefined ? undefined : wordValue(inWords.toLowerCase());
    // Words that stand next to each other are one number: two thousand, three hundred and five.
    const next = open && /^(?:[\s-]+|[\s,]*\s(?:and|und|y|e|et)\s)$/.test(text.slice(open.end, index));
    if (inWords !== undefined && value === undefined) {
      if (!/^(?:and|und|y|e|et)$/i.test(written)) close();
      continue;
    }
    if (value === undefined) {
      close();
      if (inHan) {
        found.push({ written, values: [hanValue(inHan)], digits: false });
        continue;
      }
      const times = scale ? scales.get(scale.toLowerCase())! : 1;
      found.push({
        written,
        values: meanings(inDigits).flatMap((one) => times === 1 ? [one] : [one * times, one]),
        digits: true,
      });
      continue;
    }
    if (!next || !joins(open!.group, value)) close();
    open ??= { written: [], total: 0, group: 0, end: 0 };
    open.written.push(written);
    open.end = index + written.length;
    if (value >= 1000) {
      open.total += Math.max(1, open.group) * value;
      open.group = 0;
    } else if (value === 100) open.group = Math.max(1, open.group) * 100;
    else open.group += value;
  }
  close();
  return found;
}

/** Whether a word goes on with a number: "twenty one", "two hundred", "hundred five"; "one two" are two numbers. */
function joins(group: number, value: number): boolean {
  if (value >= 100) return true;
  return group === 0 || (value < 10 && group % 10 === 0 && group % 100 !== 10) || group % 100 === 0;
}

function wordValue(word: string): number | undefined {
  const plain = words.get(word) ?? scales.get(word);
  if (plain !== undefined) return plain;
  if (word.includes("-")) {
    const [first, second] = word.split("-");
    const [a, b] = [words.get(first), words.get(second)];
    return a !== undefined && b !== undefined && a >= 20 && b < 10 ? a + b : undefined;
  }
  if (word.length > 40 || !word.includes("und")) return undefined;
  // German writes the ones first: vierundzwanzig.
  const [, ones, ten] = /^(\p{L}+?)und(\p{L}+zig|dreißig)$/u.exec(word) ?? [];
  const [a, b] = [words.get(ones ?? ""), words.get(ten ?? "")];
  return a !== undefined && b !== undefined && a < 10 && b >= 20 ? a + b : undefined;
}

/** A number in Chinese characters. */
function hanValue(text: string): number {
  let total = 0;
  let section = 0;
  let digit = 0;
  for (const letter of text.replaceAll("〇", "零").replace(/[两兩]/g, "二")) {
    const scale = scales.get(letter);
    if (scale === undefined) {
      // Years are read digit by digit.
      digit = digit * (section === 0 && total === 0 ? 10 : 0) + han.indexOf(letter);
    } else if (scale >= 1e4) {
      total += Math.max(1, section + digit) * scale;
      section = digit = 0;
    } else {
      section += Math.max(1, digit) * scale;
      digit = 0;
    }
  }
  return total + section + digit;
}

function meanings(written: string): number[] {
  const plain = Array.from(written, asciiDigit).join("").replace(/[\u066b]/g, ".").replace(
    /[\u066c\u00a0\u202f'’]/g,
    "",
  );
  // "1 000 000" is one number to some and three to others.
  if (plain.includes(" ")) return [Number(plain.replaceAll(" ", "")), ...plain.split(" ").map(Number)];
  const marks = plain.match(/[.,]/g) ?? [];
  if (marks.length === 0) return [Number(plain)];
  const last = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
  const decimal = Number(`${plain.slice(0, last).replace(/[.,]/g, "")}.${plain.slice(last + 1)}`);
  const whole = Number(plain.replace(/[.,]/g, ""));
  const groups = /^\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}$/.test(plain);
  const sameMarks = marks.every((mark) => mark === marks[0]);
  if (marks.length > 1 && sameMarks) return [whole];
  return groups && sameMarks ? [whole, decimal] : [decimal];
}

/** A digit of any script as one of 0 to 9: in Unicode the ten stand in a row, from zero on. */
export function asciiDigit(letter: string): string {
  if (!/\p{Nd}/u.test(letter)) return letter;
  const point = letter.codePointAt(0)!;
  let zero = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((point - zero) % 10);
}

/**
 * The numbers of one text that another has not, written in whatever way. Words for small numbers ("one of the two") are
 * how prose counts what it names: only digits and words from twenty on are held to the source.
 */
export function inventedFigures(text: string, source: string): string[] {
  // 千万 and 百 alone are words more often than numbers.
  const said = figuresIn(withoutListNumbers(text)).filter(({ digits, values, written }) =>
    digits || values[0] >= 20 && !/^[百千万萬亿億]+$/.test(written)
  );
  if (said.length === 0) return [];
  const known = new Set(figuresIn(source).flatMap(({ values }) => values));
  return said
    .filter(({ values }) => !values.some((value) => known.has(value)))
    .map(({ written }) => written);
}

/**
 * Whether a text has the numbers of another, in digits or words, and no further ones in digits: languages differ in
 * separators, in the signs for digits and in when they write numbers out.
 */
export function sameFigures(text: string, source: string): boolean {
  const said = figuresIn(text);
  const meant = figuresIn(source);
  const take = (figures: Figure[], { values }: Figure): boolean => {
    const match = (digits: boolean) =>
      figures.findIndex((one) => one.digits === digits && one.values.some((value) => values.includes(value)));
    const at = match(true) >= 0 ? match(true) : match(false);
    if (at >= 0) figures.splice(at, 1);
    return at >= 0;
  };
  const kept = meant.filter(({ digits }) => digits).every((one) => take(said, one));
  const words = meant.filter(({ digits }) => !digits);
  return kept && said.filter(({ digits }) => digits).every((one) => take(words, one));
}

/** A text without what numbers its lists, steps and questions. */
export function withoutListNumbers(text: string): string {
  return text
    .replace(
      /^([ \t>#*_-]*)\(?\p{Nd}{1,2}(?:\.\p{Nd}{1,2})*[.)、．）:](?:\**)(?=\s|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|$)/gmu,
      "$1",
    )
    .replace(
      /^([^\p{L}\n]*(?:[\p{L}\p{M}]+ ){0,1}[\p{L}\p{M}]+ ?(?:no\.?|#|№)? ?)\p{Nd}{1,2}(?=\**[ \t]*(?:[:：.]\**(?:\s|$)|$))/gmu,
      "$1",
    )
    .replace(/^第[\p{Nd}一二三四五六七八九十]+[步章节節]/gmu, "");
}
