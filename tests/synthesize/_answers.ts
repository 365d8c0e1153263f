import {
  type Answer,
  cleanAnswer,
  distill,
  type Document,
  evolve,
  evolveInstruction,
  extractPairs,
  type Method,
  nemotron,
  Random,
  refinePair,
  rephrase,
  translate,
} from "../../lib/synthesize/mod.ts";

/** What a method makes of one answer as a model wrote it: the causes of its losses, none where a text is accepted. */
export async function lossOf(
  method: Method,
  document: Document,
  written: string,
): Promise<string | undefined> {
  const [prompt] = method.build(document, new Random(1));
  const answer: Answer = { prompt, text: cleanAnswer(written), written };
  const results = await method.read([answer], document);
  if (results.some((one) => "text" in one)) return undefined;
  return results.map((one) => "rejected" in one ? one.rejected : "").join(", ");
}

const page = (text: string, meta: Document["meta"] = {}): Document => ({
  id: "1",
  text,
  source: "web",
  meta,
});

export const whale = page(
  "The blue whale is the largest animal known to have lived. It reaches a length of 29.9 metres and a mass of 199 tonnes. Antarctic krill are its main food, and an adult eats about 4 tonnes of them a day. Hunting ended in 1967, when the International Whaling Commission protected it.",
);
export const wal = page(
  "Der Blauwal ist das größte bekannte Tier der Erde. Er wird bis zu 29,9 Meter lang und 199 Tonnen schwer. Krill ist seine wichtigste Nahrung, und ein erwachsenes Tier frisst davon am Tag etwa vier Tonnen. Seit 1967 ist die Jagd auf ihn verboten.",
);
export const jing = page(
  "蓝鲸是已知最大的动物，体长可达29.9米，体重可达199吨。它主要以南极磷虾为食，成年个体每天吃大约四吨。1967年国际捕鲸委员会禁止捕猎蓝鲸。",
);
export const kujira = page(
  "シロナガスクジラは知られている中で最大の動物であり、体長は29.9メートル、体重は199トンに達する。主にオキアミを食べ、一日に約4トンを食べる。1967年に国際捕鯨委員会が捕獲を禁止した。",
);
export const wan = page(
  "วาฬสีน้ำเงินเป็นสัตว์ที่ใหญ่ที่สุดเท่าที่เคยรู้จัก มีความยาวถึง 29.9 เมตร และหนัก 199 ตัน กินเคยเป็นอาหารหลัก วันละประมาณ 4 ตัน การล่าสิ้นสุดในปี 1967",
);
export const kit = page(
  "Синий кит — самое большое из известных животных. Он достигает в длину 29,9 метра и весит 199 тонн. Основная пища кита — антарктический криль, взрослое животное съедает около 4 тонн в день. Охота на него запрещена с 1967 года.",
);
const hut = page(
  "I cannot forget the night on which I, the captain of a small ship, sailed from Boston with 12 men. We saw the light of the harbour sink behind us, and none of us knew when we would be home again.",
);
const pair = page("", { question: "whats 2+2", answer: "4" });
const task = page("Explain why whales breathe air.");
const apples = page("Tom has 12 apples and buys 7 more. How many apples does he have?", { answer: 19 });

const code = "def krill(days):\n    return 4 * days\n\nassert krill(2) == 8";
const plain =
  "The blue whale is the biggest animal that ever lived. It can be 29.9 metres long and weigh 199 tonnes. It mostly eats krill, about four tonnes each day. People stopped hunting it in 1967.";
const exercise = "Write a function that gives the krill eaten in some days by one single whale.";

type Row = [what: string, method: Method, document: Document, answer: string];

/** Well-formed answers in the habits of instruct models, each of which is to be accepted. */
export const good: Row[] = [
  // Labels in every dress.
  [
    "bold questions",
    distill("faq"),
    whale,
    "**Question: How large can it get?**\nAnswer: Up to 29.9 metres.\n\n**Question: What does it eat?**\nAnswer: Antarctic krill.\n\n**Question: When was it protected?**\nAnswer: In 1967 by the commission.",
  ],
  [
    "headings",
    distill("faq"),
    whale,
    "### Question 1\nHow large can it get?\n### Answer\nUp to 29.9 metres.\n\n### Question 2\nWhat does it eat?\n### Answer\nAntarctic krill.\n\n### Question 3\nWhen was it protected?\n### Answer\nIn 1967 by the commission.",
  ],
  [
    "numbered, bold, bullets",
    distill("faq"),
    whale,
    "Here are some frequently asked questions:\n\n1. **Question:** How large can it get?\n   - **Answer:** Up to 29.9 metres.\n\n2. **Question:** What does it eat?\n   - **Answer:** Antarctic krill.\n\n3. **Question:** When was it protected?\n   - **Answer:** In 1967 by the commission.",
  ],
  [
    "Q and A",
    distill("faq"),
    whale,
    "**Q1:** How large can it get?\n**A1:** Up to 29.9 metres.\n\n**Q2:** What does it eat?\n**A2:** Antarctic krill.\n\n**Q3:** When was it protected?\n**A3:** In 1967 by the commission.",
  ],
  [
    "questions as headings alone",
    distill("faq"),
    whale,
    "## How large can it get?\n\nUp to 29.9 metres.\n\n## What does it eat?\n\nAntarctic krill, as much as four tonnes.\n\n## When was it protected?\n\nIn 1967 by the commission.",
  ],
  [
    "italic labels",
    distill("short-reasoning"),
    whale,
    "*Question:* Why is the whale protected today, and since when?\n\n*Answer:* Hunting it ended in 1967, because the commission wanted the few that were left to recover from the hunt.",
  ],
  [
    "steps as headings",
    distill("long-reasoning"),
    whale,
    "**Question:** How many days does a whale need to eat its own mass?\n\n**Answer:**\n\n### Step 1: Find the mass\nIt is 199 tonnes.\n\n### Step 2: Divide\nWith 4 tonnes a day, 199 / 4 = 49.75.\n\n### Conclusion\nIt needs about 50 days.",
  ],
  [
    "numbered steps",
    distill("long-reasoning"),
    whale,
    "Question: How many days does a whale need to eat its own mass?\nAnswer:\n1. The mass is 199 tonnes.\n2. It eats 4 tonnes a day, so 199 ÷ 4 = 49.75.\n\n**Conclusion:** About fifty days.",
  ],
  [
    "choices in brackets",
    distill("multiple-choice"),
    whale,
    "**Question:** What does an adult eat on each day of the year, according to science?\n\n(A) 4 tonnes of krill\n(B) 4 tonnes of squid\n(C) 40 tonnes of fish\n(D) 1 tonne of algae\n\n**Answer: (A)** 4 tonnes of krill\n\n**Reason:** An adult takes four tonnes of krill.",
  ],
  [
    "choices in bold",
    distill("multiple-choice"),
    whale,
    "### Question\nWhat does an adult eat on each day of the year, according to science?\n\n- **A.** Krill\n- **B.** Squid\n- **C.** Fish\n- **D.** Algae\n\n**Correct Answer:** A. Krill\n\nUnlike squid, krill live in great swarms near the ice, and the whale takes them.",
  ],
  [
    "a reason in other words",
    distill("multiple-choice"),
    whale,
    "Question: When did the hunt of the largest animal end, by the decision of the commission?\nA. 1967\nB. 1867\nC. 1767\nD. 1667\nAnswer: A\nThe commission protected it in that year, when few were left in all of the oceans.",
  ],
  [
    "speakers in bold",
    distill("dialogue"),
    whale,
    "**Learner:** How big is the blue whale in truth?\n\n**Teacher:** It can be 29.9 metres long and weigh 199 tonnes.\n\n**Learner:** What does it eat?\n\n**Teacher:** Krill, some four tonnes on each day.",
  ],
  [
    "a title in bold",
    distill("textbook"),
    whale,
    "**Chapter 3: The Blue Whale**\n\nThe blue whale is the largest animal. For example, one adult of 199 tonnes eats four tonnes of krill on a single day in the southern summer.",
  ],
  [
    "a title underlined",
    distill("textbook"),
    whale,
    "The Blue Whale\n==============\n\nThe blue whale is the largest animal. For example, one adult of 199 tonnes eats four tonnes of krill on a single day in the southern summer.",
  ],
  [
    "a table without outer bars",
    distill("table"),
    whale,
    "Property | Value\n:--|--:\nLength | 29.9 m\nMass | 199 t\n\n**Question:** How heavy is the largest of all the animals that are known to us?\n\n**Answer:** It has a mass of 199 tonnes in all.",
  ],
  [
    "steps by bullets",
    distill("tutorial"),
    whale,
    "To find a blue whale you need a boat and time.\n\n* **Step 1:** Sail to the south, as krill live there.\n* **Step 2:** Look for the blow, as it is high.\n* **Step 3:** Keep away, as the law wants it.",
  ],
  [
    "steps by headings",
    distill("tutorial"),
    whale,
    "## What you need\nA boat and time.\n\n### 1. Sail south\nKrill live there.\n\n### 2. Look for the blow\nIt is high.\n\n### 3. Keep away\nThe law wants it.\n\n**Note:** Keep the engine slow near whales.",
  ],
  [
    "code in py",
    distill("code-exercise"),
    whale,
    `### Exercise\n\n${exercise}\n\n### Solution\n\n\`\`\`py\n${code}\n\`\`\``,
  ],
  [
    "code with types and strings",
    distill("code-exercise"),
    whale,
    `**Exercise 1:** ${exercise}\n\n\`\`\`python\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Whale:\n    """A whale: {mass} in tonnes."""\n    mass: float = 199.0\n    names: dict[str, list[int]] = None  # none yet (\n\n    def days(self, daily: float = 4) -> float:\n        if daily <= 0:\n            raise ValueError(f"daily must be > 0, not {daily!r}")\n        return self.mass / \\\n            daily\n\n\nwhale = Whale()\nassert whale.days(\n    daily=4,\n) == 49.75, "it's wrong"\nassert [x for x in range(3) if x % 2] == [1]; assert (lambda a, b=1: a + b)(1) == 2\nfor _ in range(2): pass\nelse:\n    print("done", end="")\nmatch whale:\n    case Whale(mass=m):\n        print(m)\n\`\`\``,
  ],
  // Openings, thinking and closings are taken off.
  ["thinking", rephrase("plain"), whale, `<think>\nThe user wants short words.\n</think>\n\n${plain}`],
  ["a stray end of thinking", rephrase("plain"), whale, `I should keep the numbers.\n</think>\n${plain}`],
  [
    "an opening in German",
    rephrase("plain"),
    wal,
    "Hier ist der umgeschriebene Text:\n\nKein Wesen auf unserem Planeten ist größer als der Blauwal. Er kann 29,9 Meter lang werden und 199 Tonnen wiegen. Am meisten frisst er Krill, an einem Tag etwa 4 Tonnen. Seit dem Jahr 1967 darf ihn kein Mensch mehr jagen.",
  ],
  [
    "a closing note",
    rephrase("plain"),
    whale,
    `${plain}\n\nI have kept all facts, names and numbers from the original text.`,
  ],
  [
    "a note in brackets",
    rephrase("plain"),
    whale,
    `${plain}\n\n(Note: I rewrote the text in plain English.)`,
  ],
  ["a count of words", rephrase("plain"), whale, `**Rewritten text:** ${plain}\n\nWord count: 40`],
  [
    "an opening without a colon",
    rephrase("plain"),
    whale,
    `Here's the rewritten text in plain English.\n\n${plain}`,
  ],
  // Numbers, lists and names.
  [
    "a numbered list",
    rephrase("plain"),
    whale,
    "1. The blue whale is the biggest animal that ever lived.\n2. It can be 29.9 metres long and weigh 199 tonnes.\n3. It mostly eats krill, about 4 tonnes each day.\n4. People stopped hunting it in 1967.",
  ],
  [
    "a list with bold heads",
    rephrase("encyclopaedic"),
    whale,
    "**Size:** The blue whale grows to 29.9 metres and 199 tonnes, more than any other animal.\n\n**Food:** It lives on Antarctic krill, of which it takes four tonnes a day.\n\n**Protection:** The commission ended the hunt in 1967.",
  ],
  [
    "the form of a name",
    rephrase("plain"),
    whale,
    "The blue whale, biggest of all, lives on krill from Antarctica. It is 29.9 metres long, weighs 199 tonnes, and takes 4 tonnes of food a day. No one has hunted it since 1967.",
  ],
  [
    "a narrator who cannot forget",
    rephrase("plain"),
    hut,
    "I cannot forget how I left Boston one night with twelve men on a small ship that was mine. The light of the harbour went down behind us. None of us could say when we would come home.",
  ],
  [
    "questions in bold",
    rephrase("question-answer"),
    whale,
    "**Question:** Which animal is the largest ever?\n**Answer:** The blue whale, at 29.9 metres and 199 tonnes.\n\n**Question:** What does it eat?\n**Answer:** Krill, about 4 tonnes a day.",
  ],
  // Other scripts.
  [
    "German nouns",
    rephrase("plain"),
    wal,
    "Der Blauwal ist größer als jedes andere Lebewesen. Er hat eine Länge von 29,9 Metern und ein Gewicht von 199 Tonnen. Am Tag nimmt er 4 Tonnen Krebse zu sich. Seit 1967 ist das Töten verboten.",
  ],
  [
    "Chinese",
    rephrase("plain"),
    jing,
    "蓝鲸是世界上最大的动物。它有29.9米长，重199吨。它每天吃4吨磷虾。1967年以后，人们不能再捕猎它。",
  ],
  [
    "Japanese",
    rephrase("plain"),
    kujira,
    "世界で一番大きな動物はシロナガスクジラです。長さは29.9メートル、重さは199トンもあります。毎日およそ4トンのオキアミを食べます。1967年からは、とることが禁じられています。",
  ],
  [
    "Thai",
    rephrase("plain"),
    wan,
    "สัตว์ที่ใหญ่ที่สุดในโลกคือวาฬสีน้ำเงิน ตัวยาวได้ถึง 29.9 เมตร น้ำหนัก 199 ตัน มันกินเคยวันละ 4 ตัน และห้ามล่าตั้งแต่ปี 1967",
  ],
  [
    "Russian",
    rephrase("plain"),
    kit,
    "Больше синего кита зверя на свете нет. Он бывает длиной 29,9 метра и весом 199 тонн. За день он съедает четыре тонны криля. С 1967 года его нельзя убивать.",
  ],
  [
    "Chinese labels",
    distill("faq"),
    jing,
    "**问题：**蓝鲸有多长？\n**答案：**它可达29.9米，是最大的动物。\n\n**问题：**它吃什么？\n**答案：**主要是南极磷虾，每天四吨。\n\n**问题：**什么时候禁止捕猎？\n**答案：**1967年，由委员会决定。",
  ],
  [
    "German labels",
    distill("short-reasoning"),
    wal,
    "**Frage:** Warum darf man den Blauwal heute nicht mehr jagen?\n\n**Antwort:** Die Jagd ist seit 1967 verboten, weil das größte Tier der Erde sonst ausgestorben wäre und es nur noch wenige gab.",
  ],
  [
    "Chinese steps",
    distill("tutorial"),
    jing,
    "你需要一条船和很多时间，才能在南方的海里找到蓝鲸。\n\n第一步：向南航行，因为磷虾在那里。\n第二步：寻找水柱，因为它很高。\n第三步：保持距离，因为法律禁止捕猎。",
  ],
  [
    "Japanese speakers",
    distill("dialogue"),
    kujira,
    "学習者：シロナガスクジラはどのくらい大きいのですか。\n先生：体長は29.9メートル、体重は199トンになります。\n学習者：何を食べますか。\n先生：主にオキアミを食べます。",
  ],
  ["Chinese pair", extractPairs(), jing, "Question: 蓝鲸主要吃什么？\nAnswer: 南极磷虾"],
  ["Thai pair", extractPairs(), wan, "คำถาม: วาฬสีน้ำเงินหนักเท่าไร\nคำตอบ: 199 ตัน"],
  [
    "Japanese pair in bold",
    extractPairs(),
    kujira,
    "1. **質問：** 体重はどれくらいですか。\n   **回答：** 199トン",
  ],
  // The other methods.
  [
    "pair over lines",
    extractPairs(),
    whale,
    "### Question 1\nWhat is known of the size?\n### Answer 1\nIt reaches a length of 29.9 metres\nand a mass of 199 tonnes.\n\nI hope this helps!",
  ],
  [
    "refined, as headings",
    refinePair(),
    pair,
    "### Revised Question\nWhat is 2 + 2?\n\n### Revised Answer\nWe add: 2 + 2 = 4.",
  ],
  [
    "a paraphrase after a greeting",
    nemotron("wikipedia-paraphrase"),
    whale,
    "Sure! Here’s the paraphrased version:\n\nThe blue whale is the largest known animal and grows to 29.9 metres and 199 tonnes. It feeds on Antarctic krill, of which an adult takes about 4 tonnes each day, and has been protected by the commission since 1967.",
  ],
  [
    "a condensed text under a heading",
    nemotron("distill"),
    whale,
    "## Paraphrased Text:\nThe blue whale, the largest animal known, grows to 29.9 metres and 199 tonnes. An adult eats about 4 tonnes of Antarctic krill a day. The International Whaling Commission ended its hunting in 1967.",
  ],
  [
    "a numbered list of knowledge",
    nemotron("knowledge-list"),
    whale,
    "1. The blue whale is the largest animal known to have lived, at 29.9 metres and 199 tonnes.\n2. Antarctic krill are its main food, 4 tonnes a day.\n3. The International Whaling Commission ended its hunting in 1967.",
  ],
  ["a translation", translate("German"), whale, wal.text],
  ["a translation with Chinese numerals", translate("Chinese"), whale, jing.text],
  [
    "a translation into Swahili",
    translate("Swahili"),
    whale,
    "Nyangumi wa bluu ni mnyama mkubwa zaidi anayejulikana. Urefu wake ni mita 29.9 na uzito wa tani 199. Chakula chake kikuu ni krili wa Antaktika, na mnyama mzima hula takriban tani 4 kwa siku. Uwindaji ulikwisha mwaka wa 1967 wakati Tume ya Kimataifa ilipomlinda.",
  ],
  [
    "a problem under a label",
    evolve("objects"),
    apples,
    "**New Problem:** Anna has **12** pears and picks 7 more. How many pears does she have?",
  ],
  [
    "a problem in Chinese",
    evolve("objects"),
    page("小明有12个苹果，又买了7个。他一共有多少个苹果？"),
    "小红有12支铅笔，又得到7支。她一共有多少支铅笔？",
  ],
  [
    "a problem with Arabic digits",
    evolve("numbers"),
    page("لدى سامي ١٢ تفاحة واشترى ٧. كم تفاحة لديه؟"),
    "لدى سامي ١٥ تفاحة واشترى ٩. كم تفاحة لديه؟",
  ],
  [
    "a problem with Chinese numerals",
    evolve("numbers"),
    page("小明有12个苹果，又买了7个。他一共有多少个？"),
    "小明有十五个苹果，又买了九个。他一共有多少个？",
  ],
  [
    "a problem that writes its numbers out",
    evolve("objects"),
    page("Tom has 12 apples and buys 7 more. How many apples does he have?"),
    "Anna has twelve pears and picks seven more. How many pears does she have?",
  ],
  [
    "a task under a label",
    evolveInstruction("reason"),
    task,
    "**New Task:** Compare whales with fish and explain, step by step, why whales breathe air.",
  ],
  [
    "a task that asks",
    evolveInstruction("concretise"),
    task,
    "Why does a sperm whale that dives for 90 minutes breathe air?",
  ],
  [
    "a task after its condition",
    evolveInstruction("constrain"),
    task,
    "In exactly three sentences, explain why whales breathe air.",
  ],
  [
    "a task in German",
    evolveInstruction("constrain"),
    page("Erkläre, warum Wale Luft atmen."),
    "Erkläre einem Kind in drei Sätzen, warum die Wale Luft atmen und nicht wie die Fische leben.",
  ],
  // Other pages.
  [
    "a narrator who is sorry",
    rephrase("plain"),
    page(
      "I cannot but congratulate the nation on its prosperity. I am sorry to say that the harvest in the west was poor, and I have kept you informed of the state of the Treasury, which holds 12 millions of dollars. The war has ended.",
    ),
    "I am happy for the nation, as it does well. I am sorry to tell you that the crops in the west failed. I told you how the Treasury stands: it has twelve million dollars. The war is over.",
  ],
  [
    "marks that the page is about",
    rephrase("plain"),
    page(
      "The <s> tag strikes text through in HTML, as in <s>old</s> prices. Write it in lower case and close it with a tag of its own, since browsers are strict about that in XHTML.",
    ),
    "In HTML the <s> tag draws a line through text, for example <s>old</s> prices. Use lower case, and close it, as XHTML browsers are strict.",
  ],
  [
    "addresses of the page",
    rephrase("plain"),
    page(
      "You may write to the editor at letters@paper.com or visit https://paper.com/letters before the first of May, and the editor will answer each letter within a week of its arrival.",
    ),
    "Send the editor a letter at letters@paper.com, or go to <https://paper.com/letters>, before May begins. He answers all of them within a week.",
  ],
  [
    "numbers in other words",
    rephrase("plain"),
    page(
      "The shop sold twelve eggs for 3.50 dollars on 24 December 1999 and thirty-two loaves to 1,200,000 people, while two hundred and five stood in a line that was half a mile long in the snow.",
    ),
    "On December 24, 1999, the shop sold 12 eggs at $3.50 and 32 loaves to 1.2 million people. In the snow 205 stood in a half-mile line.",
  ],
  [
    "Arabic with its own digits",
    rephrase("plain", { minWords: 5 }),
    page(
      "الحوت الأزرق هو أكبر حيوان معروف، ويصل طوله إلى 29.9 مترا ووزنه إلى 199 طنا. ويتغذى أساسا على الكريل، ويأكل نحو 4 أطنان يوميا. وقد انتهى صيده في عام 1967.",
    ),
    "لا يوجد حيوان أكبر من الحوت الأزرق. طوله ٢٩٫٩ مترا ووزنه ١٩٩ طنا. يأكل في اليوم أربعة أطنان من الكريل. ومنذ عام ١٩٦٧ لم يعد يصطاد.",
  ],
  [
    "an answer that names its letter in a sentence",
    distill("multiple-choice"),
    whale,
    "Question: How much does an adult eat each day of the year, roughly?\n\nA. 1 tonne\nB. 4 tonnes\nC. 40 tonnes\nD. 199 tonnes\n\nAnswer: The correct answer is B.\n\nReason: About four tonnes of krill go down its throat daily.",
  ],
  [
    "a translation with scaled numbers",
    translate("Chinese"),
    page(
      "The city has 1,200,000 people and 45 schools, and it was built in the north of the country by 3 kings.",
    ),
    "这座城市有120万人口和45所学校，由三位国王建于该国北部。",
  ],
];

/** Answers that are wrong, each with the cause by which it is to be lost. */
export const bad: [...Row, cause: string][] = [
  ["end of text", rephrase("plain"), whale, `${plain}</s>`, "special tokens"],
  ["end of a turn", rephrase("plain"), whale, `${plain}<|im_end|>`, "special tokens"],
  ["an end without bars", rephrase("plain"), whale, `${plain}<end_of_utterance>`, "special tokens"],
  ["a turn's own mark", rephrase("plain"), whale, `${plain}\n<user>\nMore.`, "special tokens"],
  [
    "thinking aloud of the task",
    rephrase("plain"),
    whale,
    `Okay, the user wants the text in plain words. ${plain}`,
    "reasoning in the text",
  ],
  ["a channel", rephrase("plain"), whale, `<|channel|>final<|message|>${plain}`, "special tokens"],
  [
    "a channel without brackets",
    rephrase("plain"),
    whale,
    `analysisWe need short words.assistantfinal${plain}`,
    "special tokens",
  ],
  [
    "a header",
    distill("short-reasoning"),
    whale,
    `Question: Why is it safe?\nAnswer: ${plain}<|eot_id|><|start_header_id|>user<|end_header_id|>`,
    "special tokens",
  ],
  ["full-width marks", rephrase("plain"), whale, `${plain}<｜end▁of▁sentence｜>`, "special tokens"],
  ["an instruction mark", translate("German"), whale, `${wal.text} [/INST]`, "special tokens"],
  ["a second turn", rephrase("plain"), whale, `${plain}\n\nHuman: Now do it again.`, "second turn"],
  [
    "a second turn as a heading",
    rephrase("plain"),
    whale,
    `${plain}\n\n### Instruction:\nSay it in French.`,
    "second turn",
  ],
  [
    "a second turn in Chinese",
    rephrase("plain"),
    jing,
    "蓝鲸是世界上最大的动物。它有29.9米长，重199吨。它每天吃4吨磷虾。\n\n用户：再写一遍。",
    "second turn",
  ],
  [
    "a note in its last sentence",
    rephrase("plain"),
    whale,
    `${plain} I have kept all facts and numbers.`,
    "note to the reader",
  ],
  [
    "a note of the version",
    rephrase("plain"),
    whale,
    `${plain} This version keeps all names and numbers of the original.`,
    "note to the reader",
  ],
  [
    "a refusal in other words",
    rephrase("plain"),
    whale,
    "I am not able to rewrite this text, as it touches on matters of hunting that I would rather leave alone, and I hope that you understand my reasons for it.",
    "refused",
  ],
  [
    "a refusal that asks",
    rephrase("plain"),
    whale,
    "It seems that you haven't provided the whole text. Could you please share the text that you would like me to rewrite, so that I may help you with it today?",
    "refused",
  ],
  [
    "a refusal in German",
    rephrase("plain"),
    wal,
    "Es tut mir leid, aber ich kann diesen Text nicht umschreiben, weil er die Jagd auf Tiere zum Thema hat und ich darüber nicht schreiben darf oder will.",
    "refused",
  ],
  [
    "a refusal in French",
    translate("French"),
    whale,
    "Je suis désolé, mais je ne peux pas traduire ce texte.",
    "refused",
  ],
  [
    "a refusal in Chinese",
    rephrase("plain"),
    jing,
    "抱歉，我无法改写这段文字，因为它涉及捕猎动物的内容，请您提供其他的文本。",
    "refused",
  ],
  [
    "a refusal in Japanese",
    rephrase("plain"),
    kujira,
    "申し訳ありませんが、この文章を書き換えることはできません。別の文章をお送りください。",
    "refused",
  ],
  [
    "a refusal in Russian",
    rephrase("plain"),
    kit,
    "К сожалению, я не могу переписать этот текст, так как он посвящён охоте на животных и нарушает правила, которым я следую.",
    "refused",
  ],
  [
    "a refusal in Spanish",
    translate("Spanish"),
    whale,
    "Lo siento, pero no puedo ayudar con eso.",
    "refused",
  ],
  [
    "a description",
    rephrase("plain"),
    whale,
    "The text describes the blue whale, which is 29.9 metres long and weighs 199 tonnes, eats krill, and was protected in 1967 by a commission.",
    "speaks of the text",
  ],
  [
    "a description in German",
    rephrase("plain"),
    wal,
    "Der Text beschreibt den Blauwal, der 29,9 Meter lang und 199 Tonnen schwer wird, Krill frisst und seit 1967 nicht mehr gejagt werden darf.",
    "speaks of the text",
  ],
  [
    "a question on the passage",
    extractPairs(),
    whale,
    "Question: According to the passage, what is its main food?\nAnswer: Antarctic krill",
    "speaks of the text",
  ],
  [
    "a replacement character",
    rephrase("plain"),
    whale,
    plain.replace("krill", "kr\ufffdll"),
    "broken characters",
  ],
  ["a NUL", rephrase("plain"), whale, plain.replace("krill", "kr\0ill"), "broken characters"],
  ["half a character", rephrase("plain"), whale, plain.replace("krill", "krill \ud83d"), "broken characters"],
  [
    "an override of direction",
    rephrase("plain"),
    whale,
    plain.replace("krill", "\u202ellirk\u202c"),
    "broken characters",
  ],
  [
    "an address of mail",
    rephrase("plain"),
    whale,
    `${plain} Write to info@whales-help.org.`,
    "invented address",
  ],
  [
    "an address of the web",
    distill("short-reasoning"),
    whale,
    `Question: Why is it safe?\nAnswer: ${plain} See https://whales-help.org/now for more.`,
    "invented address",
  ],
  ["a loop", rephrase("plain"), whale, "The blue whale is big and eats krill. ".repeat(9), "loop"],
  ["a loop in Chinese", rephrase("plain"), jing, "蓝鲸很大，它吃磷虾。".repeat(9), "loop"],
  [
    "a loop in a translation",
    translate("German"),
    page("The whale is big and eats krill in the seas of the south for all of its life."),
    "Der Wal ist groß und frisst Krill in dem Meer. ".repeat(6),
    "loop",
  ],
  [
    "number words that the page has not",
    rephrase("plain"),
    whale,
    plain.replace("four tonnes", "two thousand tonnes"),
    "invented numbers",
  ],
  [
    "Chinese numerals that the page has not",
    rephrase("plain"),
    jing,
    "蓝鲸是世界上最大的动物。它有29.9米长，重199吨。它每天吃三十二吨磷虾。",
    "invented numbers",
  ],
  [
    "numbers of a faq",
    distill("faq"),
    whale,
    "Question: How long is it?\nAnswer: It is 350 metres long and weighs 9,000 tonnes.\n\nQuestion: What does it eat?\nAnswer: It eats 77 tonnes of sharks a day.\n\nQuestion: When did hunting end?\nAnswer: In 1854, by order of the king.",
    "invented numbers",
  ],
  [
    "a name in bold",
    rephrase("plain"),
    whale,
    plain.replace("People", "Then people of **Greenpeace**"),
    "invented names",
  ],
  [
    "questions without answers",
    rephrase("question-answer"),
    whale,
    "Question: What is the largest animal known?\nAnswer:\nQuestion: How long is the whale in metres at most?\nAnswer:",
    "empty answer",
  ],
  [
    "one answer of three is missing",
    distill("faq"),
    whale,
    "**Question:** How large can it get, at the most?\n**Answer:** Up to 29.9 metres.\n\n**Question:** What does it eat?\n**Answer:** \n\n**Question:** When was it protected?\n**Answer:** In 1967.",
    "empty answer",
  ],
  [
    "a pair without its answer",
    extractPairs(),
    whale,
    "Question: What is its main food?\nAnswer: -",
    "empty answer",
  ],
  [
    "a reason for another choice",
    distill("multiple-choice"),
    whale,
    "**Question:** What is its main food?\n\nA) Krill\nB) Sharks\nC) Seals\nD) Algae\n\n**Answer: B**\n\nThe whale eats mostly Antarctic krill, which makes krill the right choice here for readers.",
    "reason contradicts the choice",
  ],
  [
    "a letter beside another choice",
    distill("multiple-choice"),
    whale,
    "Question: What is its main food, of which an adult takes four tonnes on each day?\nA. Krill\nB. Sharks\nC. Seals\nD. Algae\nAnswer: C. Krill",
    "reason contradicts the choice",
  ],
  [
    "a ragged table",
    distill("table"),
    whale,
    "| Property | Value |\n|---|---|\n| Length | 29.9 m | extra | cells |\n| Mass |\n\nQuestion: How long is the blue whale at most, by the table above?\nAnswer: It is 29.9 metres long.",
    "ragged table",
  ],
  [
    "no colon",
    distill("code-exercise"),
    whale,
    `Exercise: ${exercise}\n\`\`\`python\ndef krill(n)\n    return 4 * n\nassert krill(2) == 8\n\`\`\``,
    "code does not parse",
  ],
  [
    "an assignment in an assertion",
    distill("code-exercise"),
    whale,
    `Exercise: ${exercise}\n\`\`\`python\ndef krill(n):\n    return 4 * n\nassert krill(2) = 8\n\`\`\``,
    "code does not parse",
  ],
  [
    "an open bracket",
    distill("code-exercise"),
    whale,
    `Exercise: ${exercise}\n\`\`\`python\ndef krill(n):\n    return (4 * n\n\nassert krill(2) == 8\n\`\`\``,
    "code does not parse",
  ],
  [
    "no indentation",
    distill("code-exercise"),
    whale,
    `Exercise: ${exercise}\n\`\`\`python\ndef krill(n):\nreturn 4 * n\nassert krill(2) == 8\n\`\`\``,
    "code does not parse",
  ],
  [
    "prose in the code",
    distill("code-exercise"),
    whale,
    `Exercise: ${exercise}\n\`\`\`python\ndef krill(n):\n    return 4 * n\nThis function gives the krill\nassert krill(2) == 8\n\`\`\``,
    "code does not parse",
  ],
  [
    "empty steps",
    distill("long-reasoning"),
    whale,
    "Question: How many days does a whale need to eat its own mass of krill if it eats 4 tonnes daily?\nAnswer: Let us see how that may be done here.\n**Step 1:** \n**Step 2:** \n**Conclusion:** ",
    "empty steps",
  ],
  [
    "wrong arithmetic",
    distill("long-reasoning"),
    whale,
    "Question: How many days does a whale need to eat its own mass of krill?\nAnswer: We divide the mass by the daily food.\nStep 1: The mass is 199 tonnes.\nStep 2: 199 / 4 = 84.\nConclusion: It needs 84 days.",
    "wrong arithmetic",
  ],
  [
    "a sum that is wrong",
    refinePair(),
    pair,
    "**Revised Question:** What is 2 + 2?\n**Revised Answer:** 5",
    "wrong arithmetic",
  ],
  [
    "French for Swahili",
    translate("Swahili"),
    whale,
    "La baleine bleue est le plus grand animal connu. Elle atteint une longueur de 29,9 mètres et une masse de 199 tonnes. Le krill est dans la liste de ce que mange un adulte, 4 tonnes par jour. La chasse a pris fin en 1967.",
    "another language",
  ],
  [
    "Dutch for German",
    translate("German"),
    whale,
    "De blauwe vinvis is het grootste dier dat ooit heeft geleefd. Hij is 29,9 meter lang en weegt 199 ton. Het dier eet 4 ton krill op een dag, en de jacht is sinds 1967 niet meer toegestaan.",
    "another language",
  ],
  ["Chinese for Japanese", translate("Japanese"), whale, jing.text, "another language"],
  [
    "a paragraph that is not translated",
    translate("German"),
    whale,
    `${wal.text}\n\nThe whale is the largest of the animals that are known to live in the sea.`,
    "not translated",
  ],
  [
    "French for an English page",
    rephrase("plain"),
    whale,
    "La baleine bleue est le plus grand des animaux. Elle a une longueur de 29,9 mètres et une masse de 199 tonnes. Elle mange du krill, 4 tonnes par jour. La chasse a pris fin en 1967.",
    "another language",
  ],
  [
    "an answer instead of a task",
    evolveInstruction("reason"),
    task,
    "Whales breathe air because they are mammals with lungs and must rise to the surface to breathe.",
    "answers instead of asking",
  ],
  [
    "a task with its answer",
    evolveInstruction("reason"),
    task,
    "Explain why whales breathe air.\n**Answer:** They have lungs.",
    "answers instead of asking",
  ],
  ["a paraphrase without its opening", nemotron("distill"), whale, plain, "required opening missing"],
  [
    "a paraphrase with a note",
    nemotron("wikipedia-paraphrase"),
    whale,
    `Here is a paraphrased version:\n${plain} I have kept all facts and numbers of the text.`,
    "note to the reader",
  ],
  [
    "a refusal with regret",
    rephrase("plain"),
    whale,
    "I regret to inform you that I am unable to fulfill this request since it goes against the rules that I was given when I was made.",
    "refused",
  ],
  [
    "a refusal for lack of comfort",
    rephrase("plain"),
    whale,
    "I'm not comfortable rewriting this text since it deals with the hunting of animals; I would suggest that you ask another source for help with this matter.",
    "refused",
  ],
];
