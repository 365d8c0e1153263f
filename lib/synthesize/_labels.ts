import { stripMarks } from "./_markdown.ts";

/** What begins a line, by the word that the prompts ask for, with the words of other languages for it. */
const words = {
  Question:
    "question|q|frage|pregunta|domanda|pergunta|vraag|fråga|pytanie|soru|swali|pertanyaan|câu hỏi|вопрос|питання|ερώτηση|问题|問題|问|問|質問|질문|문제|प्रश्न|सवाल|سؤال|السؤال|คำถาม|ถาม|שאלה|প্রশ্ন",
  Answer:
    "answer|a|ans|antwort|réponse|respuesta|risposta|resposta|antwoord|svar|odpowiedź|cevap|jibu|jawaban|câu trả lời|trả lời|ответ|відповідь|απάντηση|答案|回答|答え|解答|答|답변|대답|답|उत्तर|जवाब|جواب|الجواب|الإجابة|إجابة|คำตอบ|ตอบ|תשובה|উত্তর",
  Step:
    "step|第[一二三四五六七八九十\\d]+步|schritt|étape|paso|passo|stap|steg|krok|adım|hatua|langkah|bước|шаг|крок|βήμα|步骤|步驟|ステップ|手順|단계|चरण|कदम|خطوة|الخطوة|ขั้นตอนที่|ขั้นตอน|ขั้นที่|שלב|ধাপ",
  Conclusion:
    "conclusion|fazit|schluss|schlussfolgerung|conclusión|conclusione|conclusão|conclusie|slutsats|wniosek|sonuç|hitimisho|kesimpulan|kết luận|вывод|заключение|висновок|συμπέρασμα|结论|結論|总结|总之|まとめ|결론|निष्कर्ष|الاستنتاج|استنتاج|الخلاصة|สรุป|ข้อสรุป|מסקנה|উপসংহার",
  Exercise:
    "exercise|task|problem|challenge|aufgabe|übung|exercice|ejercicio|esercizio|exercício|oefening|övning|ćwiczenie|zadanie|alıştırma|zoezi|latihan|bài tập|упражнение|задача|вправа|άσκηση|练习|練習|习题|演習|課題|연습|अभ्यास|تمرين|แบบฝึกหัด|תרגיל|অনুশীলনী",
  Passage: "passage|absatz|pasaje|passaggio|passagem|отрывок|段落|문단|अनुच्छेद|فقرة",
} as const;

/** A label that a line may begin with. */
export type Label = keyof typeof words;

const before = "(?:(?:new|revised|rewritten|final|correct|right)[ \\t]+)?";
const listMark = "[ \\t]*(?:(?:[-*+•–]|\\(?\\d+[.)])[ \\t]+)*";
const count = "(?:\\d+(?:\\.\\d+)*|[一二三四五六七八九十]+|one|two|three|four|five|six|seven)";

function line(label: Label): RegExp {
  const name = `${before}(?:${words[label]})`;
  const number = `[ \\t]*(?:no\\.?|#|№)?[ \\t]*${count}?`;
  // "Question 3:", "Q3.", "Question:" and, alone in its line, "Question 3"; a letter alone is a choice.
  const shapes = [
    `${number}[ \\t]*[:：][ \\t]*`,
    `[ \\t]*\\d+[.)][ \\t]+`,
    `(?<!^[^\\p{L}]*\\p{Script=Latin})${number}[ \\t]*$`,
  ];
  return new RegExp(`^${listMark}${name}(?:${shapes.join("|")})`, "gimu");
}

const lines = Object.fromEntries(Object.keys(words).map((label) => [label, line(label as Label)])) as Record<
  Label,
  RegExp
>;

/**
 * A text without Markdown's marks, with some labels in the one form that checks read, `Question: …` at the start of a line,
 * whatever marks, numbers or bullets stand before them and in whatever language they are.
 */
export function withLabels(text: string, labels: readonly Label[]): string {
  return labels.reduce((plain, label) => plain.replace(lines[label], `${label}: `), stripMarks(text));
}

/** What stands behind each occurrence of a label, up to the next one or the end. */
export function labelled(text: string, label: Label, others: readonly Label[] = []): string[] {
  const plain = withLabels(text, [label, ...others]);
  const [, ...parts] = plain.split(new RegExp(`^(?=(?:${[label, ...others].join("|")}): )`, "m")).flatMap(
    (part, at) => at === 0 ? ["", part] : [part],
  );
  return parts.filter((part) => part.startsWith(`${label}: `)).map((part) =>
    part.slice(label.length + 2).trim()
  );
}

/** A text without Markdown's marks and without the label at its start, if it has one. */
export function withoutLabel(text: string, label: Label): string {
  const plain = stripMarks(text).trim();
  const labelled = withLabels(plain, [label]);
  return labelled.startsWith(`${label}: `) ? labelled.slice(label.length + 2).trim() : plain;
}

/** A question with its answer, each as it stands in the text without its marks and its label; either may be empty. */
export interface AskedPair {
  question: string;
  answer: string;
}

/**
 * The questions of a text, each with the answer below it: by their labels, else (`loose`) where a marked or numbered line
 * asks and the next ones answer.
 */
export function pairsIn(text: string, { loose = false }: { loose?: boolean } = {}): AskedPair[] {
  // Both may stand in one line.
  const broken = text.replace(sameLine, "$1\n");
  const found = read(withLabels(broken, asked));
  if (found.length > 0 || !loose) return found;
  const marked = /^[ \t]*(?:#{1,6}[ \t]+|\d+[.)][ \t]+|\*\*|__)[^\n]*[?？؟](?:\*\*|__)?[ \t]*$/gm;
  const question = (line: string) => `Question: ${line.replace(/^[\s#\d.)]+/, "")}\nAnswer:`;
  return read(withLabels(broken.replace(marked, question), asked));
}

const sameLine = new RegExp(`([?？؟](?:\\*\\*)?)[ \\t]+(?=\\**(?:${words.Answer})\\**[ \\t]*[:：])`, "giu");
const asked: Label[] = ["Question", "Answer"];

function read(plain: string): AskedPair[] {
  const pairs: AskedPair[] = [];
  let open: keyof AskedPair = "question";
  for (const line of plain.split("\n")) {
    const [label] = /^(?:Question|Answer):/.exec(line) ?? [];
    if (label === "Question:") pairs.push({ question: "", answer: "" });
    const pair = pairs.at(-1);
    if (!pair) continue;
    if (label) open = label === "Question:" ? "question" : "answer";
    pair[open] = `${pair[open]}\n${label ? line.slice(label.length) : line}`;
  }
  return pairs.map(({ question, answer }) => ({ question: question.trim(), answer: answer.trim() }));
}
