// What assistants say around a text, or instead of it, in the languages that synthetic corpora are mostly written in. Each
// phrase speaks of the task (rewriting, texts, facts kept), so that narrators and manuals, who say "I cannot" and "Note:" too,
// are left alone.

const any = (...parts: string[]) => `(?:${parts.join("|")})`;

const greeting =
  "(?:(?:sure|certainly|of course|absolutely|okay|ok|great|klar|gerne|natürlich|bien sûr|claro|certo|当然|好的|もちろん|はい)(?![\\p{L}\\p{N}])[^\\n]{0,40}?[,.!:，。！：、]\\s*)?";

const presents = any(
  "hier (?:ist|sind|folgt|kommt)",
  "nachfolgend",
  "voici",
  "aquí (?:está|tiene|tienes|hay|va)",
  "este es",
  "ecco",
  "di seguito",
  "aqui está",
  "segue",
  "hier volgt",
  "här är",
  "oto",
  "işte",
  "hapa (?:kuna|ni)",
  "berikut",
  "dưới đây",
  "вот",
  "ниже",
  "以下(?:是|为|は|が|に)",
  "这是",
  "這是",
  "下面是",
  "다음은",
  "यहाँ",
  "यह रहा",
  "नीचे",
  "فيما يلي",
  "إليك",
  "นี่คือ",
  "ต่อไปนี้",
);

/** A line that speaks of the text that follows, after any greeting; most end in a colon. */
export const opening = new RegExp(
  `^(?:\\*\\*|#+ )?${greeting}${
    any(
      `(?:here(?:['’]s| is| are)|this is|below is|below are|the following is)(?![\\p{L}])[^\\n]{0,120}:\\**(?:\\s*\\n|\\s+(?=["“«]))`,
      `(?:here(?:['’]s| is| are)|below is)(?![\\p{L}])[^\\n:]{0,80}:\\**\\s`,
      // Without a colon it must name what was done.
      `here(?:['’]s| is)(?![\\p{L}])[^\\n:]{0,30}(?:paraphras|rephras|rewrit|translat|simplif|revis)[^\\n:]{0,60}\\s*\\n`,
      `\\*{0,2}(?:new|rewritten|revised|rephrased|paraphrased|plain|translated) (?:text|version|problem|passage)\\*{0,2}:\\*{0,2}\\s*`,
      `(?:sure|certainly|of course|absolutely)[,.!]\\s*\\n`,
      `${presents}[^\\n]{0,80}[:：]\\**\\s*\\n`,
      `(?:assistant|assistent|助手)[:：]\\s*`,
    )
  }`,
  "iu",
);

const kept =
  "(?:kept|preserved|retained|maintained|included|used|made|ensured|rewritten|rewrote|rephrased|paraphrased|translated|simplified|tried|followed|avoided|added|removed|changed|omitted)";
const matter =
  "(?:facts?|names?|numbers?|information|details?|meaning|original|text|passage|tone|sentences?|instructions?|vocabulary|words?|wording|language|style)";

/** A last line, or sentence, that offers help or says what was done to the text. */
export const closingNote = new RegExp(
  `^[\\s(（[*_]*${
    any(
      "(?:please )?let me know\\b",
      "i hope (?:this|that|it)\\b",
      "feel free to\\b",
      "is there anything else\\b",
      "would you like me to\\b",
      `(?:note|please note|disclaimer|explanation|n\\.b\\.)[*_]*\\s*(?:[:：]|that)[*_]*\\s*[^\\n]*\\b(?:i (?:have|['’]ve|${kept})|rewr\\w+|rephras\\w+|paraphras\\w+|translat\\w+|(?:the|this) (?:original|text|version|passage|answer|response))\\b`,
      `(?:(?:in this (?:version|rewrite|text|rephrasing)|here), )?i(?: have|['’]ve)?(?: also| tried to| made sure to| carefully| only)* ${kept}\\b[^\\n]{0,60}\\b${matter}\\b`,
      `i made sure (?:to|that)\\b`,
      `(?:this|the|my)(?: \\w+)? (?:version|rewrite|rewriting|rephrasing|paraphrase|translation|response|answer) (?:above )?(?:keeps|preserves|retains|maintains|includes|uses|contains|captures|is written)\\b`,
      `(?:all|every)(?: of)?(?: the)? (?:\\w+ )?${matter}[^\\n]{0,60}\\b(?:has been|have been|were|was|are|is) (?:kept|preserved|retained|maintained|included)\\b`,
      "(?:word|token) count\\s*[:：]",
      "\\[?(?:the )?end of (?:the )?(?:text|passage|answer|response|translation|rewrite|output)\\b",
      "(?:changes|key changes|modifications)(?: i)?(?: made)?\\s*[:：]",
      "(?:hinweis|anmerkung)\\s*[:：][^\\n]*(?:ich habe|text|original|übersetz|umgeschrieben)",
      "ich habe (?:alle|die|den|dabei|mich)[^\\n]*(?:fakten|namen|zahlen|text|informationen|beibehalten|übernommen)",
      "(?:note|remarque)\\s*[:：][^\\n]*(?:j['’]ai|texte|traduit|original)",
      "j['’]ai (?:conservé|gardé|traduit|reformulé|respecté)",
      "(?:nota)\\s*[:：][^\\n]*(?:he |texto|traduc|original|testo|ho )",
      "he (?:mantenido|conservado|traducido|reescrito)",
      "ho (?:mantenuto|conservato|tradotto|riscritto)",
      "(?:eu )?(?:mantive|traduzi|reescrevi)",
      "примечание\\s*[:：]",
      "я (?:сохранил|перев[её]л|переписал)",
      "[注註][：:]?[^\\n]*(?:翻译|翻譯|改写|改寫|原文|保留|文本)",
      "(?:我|以上)[^\\n]{0,12}(?:保留了|翻译了|改写了|是(?:翻译|改写))",
      "(?:※|注[：:])[^\\n]*(?:翻訳|原文|書き換え)",
      "以上が",
      "(?:टिप्पणी|नोट)\\s*[:：]",
      "ملاحظة\\s*[:：]",
      "kumbuka\\s*[:：][^\\n]*(?:nimetafsiri|maandishi)",
    )
  }`,
  "iu",
);

const tasks = any(
  "(?:help(?! (?:but|\\w+ing)\\b)|assist|comply|rewrite|rephrase|paraphrase|translate|summari[sz]e|generate|fulfil+|engage|reproduce)\\b",
  "(?:answer|share|say|read|find|see|do|write|create|continue|produce|offer|give|discuss|provide|process|determine|complete|perform|proceed|access|support)(?: [\\w-]+){0,3} (?:text|questions?|request|that|this|it|you|your|so|content|passage|response|information|prompt|task|translation|instructions?)\\b",
  "(?:answer|say|do so|continue|proceed|do that|do this|do it)[.,!]",
);

const declines =
  `(?:i|we)(?:['’](?:m|re)| am| are)?(?: \\w+ly)? (?:cannot|can['’]t|can not|unable to|not (?:able|allowed|permitted|comfortable|in a position|going)(?: to| with)?|won['’]t|will not)(?:(?: \\w+){0,3}? ${tasks}|\\s*[.!]|$)`;

/** The start of an answer that declines. */
export const refusal = new RegExp(
  `^[\\s"“*]*${
    any(
      "i(?:['’]m| am)(?: \\w+)? sorry(?:[,.;!]| but\\b| for\\b| that i\\b|\\s*[–—-])",
      "(?:sorry|my apologies|apologies)[,.!]",
      "i (?:sincerely |must )?apologi[sz]e\\b",
      "(?:unfortunately|regrettably|i(?:['’]m| am) afraid(?: that)?),? (?:i|this|the|there|it|we)\\b(?= (?:cannot|can['’]t|can not|am|don['’]t|do not|have|is|was|request|text|are)\\b)",
      "unfortunately, i\\b",
      declines,
      `(?:i(?: do| really| fully)? (?:appreciate|understand|respect)|thank(?:s| you)(?: so much| very much)? for)\\b[^\\n]{0,100}?[,;.]? (?:but|however),? ${declines}`,
      "i(?:['’]m| am)? (?:do(?:n['’]t| not) feel comfortable|would (?:rather|prefer) not|not comfortable(?: with)? (?:\\w+ing|this|that))\\b",
      "i regret (?:to (?:inform|tell) you )?that i (?:am|cannot|can['’]t)\\b",
      "(?:it is|it['’]s|this is|that is) (?:against|beyond|outside) my (?:\\w+ )?(?:guidelines|policy|policies|rules|programming|capabilities|scope)",
      "i (?:must|have to|will have to)(?: \\w+ly)? (?:decline|refuse)\\b",
      "as an? (?:\\w+ )?(?:ai|a\\.i\\.|artificial intelligence|language model|assistant)\\b",
      "i(?:['’]m| am) (?:just |only )?an? (?:ai|language model|text-based)\\b",
      "i do(?:n['’]t| not) (?:have (?:access|the (?:text|ability|necessary|original)|any (?:text|information)|enough information|personal opinions)|see (?:any|a|the) (?:text|passage|page|content)|understand the (?:request|question|task))",
      "(?:it (?:seems|looks|appears) (?:like|that|as if)|i (?:see|notice) that)(?: \\w+){0,3} (?:text|message|question|request|input)\\b[^.\\n]{0,60}(?:missing|incomplete|empty|cut off|provided|not|n['’]t)",
      "it (?:seems|looks|appears)(?: like| that)? you (?:have|did|haven|didn|forgot|may|['’]ve)\\b",
      "(?:(?:could|can|would) you (?:please )?|please )(?:provide|share|send|paste|clarify|specify|give)(?: me)?(?: with)? (?:the|your|more)(?: \\w+)? (?:text|passage|page|section|content|input|question|context|paragraph|article)\\b",
      "(?:no text|there is no text|the text (?:is missing|you provided is|was not provided))\\b",
      "i(?:['’]m| am) ready to (?:help|assist)",
      "(?:this|the|your) (?:request|content|text|topic)[^.\\n]{0,60}(?:violates|against (?:my|our|the)|inappropriate|not appropriate|harmful)",
      "it (?:is|would be|wouldn['’]t be|isn['’]t)(?: not)? (?:in)?appropriate (?:for me )?to\\b",
      "(?:es )?tut mir (?:sehr |wirklich )?leid[,.;!]",
      "(?:entschuldigung|leider kann ich|es ist mir (?:leider )?nicht (?:möglich|erlaubt)|leider ist es mir|ich kann (?:dir|ihnen|diesen text|diese anfrage|dabei|das)[^.\\n]{0,40}nicht|ich bin nicht in der lage|als (?:ki|sprachmodell))",
      "(?:(?:je suis (?:vraiment )?)?désolée?[,.!]|je (?:suis désolée?|ne peux pas|ne suis pas en mesure|m['’]excuse)|malheureusement, je|en tant qu['’](?:ia|intelligence|assistant))",
      "(?:lo siento[,.!]|lo siento pero|no puedo (?:ayudar|proporcionar|cumplir|realizar|traducir|reescribir|responder|generar|hacer)|lamentablemente, no|como (?:ia|modelo de lenguaje)|no estoy en condiciones)",
      "(?:mi dispiace[,.!]|mi dispiace ma|non posso (?:aiutar|fornire|tradurre|riscrivere|rispondere|generare|soddisfare)|purtroppo non posso|come (?:ia|modello linguistico))",
      "(?:desculpe[,.!]|sinto muito[,.!]|lamento[,.!]|não posso (?:ajudar|fornecer|traduzir|reescrever|responder|gerar|atender)|infelizmente,? não posso|como (?:uma )?ia)",
      "(?:het spijt me[,.!]|sorry, ik|helaas kan ik|ik kan (?:je|u|dit|deze|niet)[^.\\n]{0,30}niet (?:bij |mee )?(?:helpen|vertalen)|als (?:ai|taalmodel))",
      "(?:извините|простите, но|к сожалению, я|я не могу (?:помочь|выполнить|перевести|ответить|предоставить|переписать)|как (?:ии|языковая модель))",
      "(?:przepraszam, ale|niestety,? nie mog|üzgünüm|maalesef|özür dilerim|samahani|siwezi kusaidia|maaf,|xin lỗi|tôi không thể|tôi xin lỗi)",
      "(?:很?抱歉|对不起|對不起|不好意思|我(?:无法|無法|不能|没办法)(?:帮|協|协|提供|完成|满足|翻译|回答|为您|改写|生成|处理)|作为(?:一个|一名)?(?:ai|人工智能|语言模型)|身為(?:一個)?(?:ai|人工智慧))",
      "(?:申し訳(?:あり|ござ|な)|すみませんが|ごめんなさい|恐れ入りますが|お手伝いできません|私は(?:ai|人工知能|言語モデル))",
      "(?:죄송|미안하지만|저는 (?:ai|인공지능)|도와드릴 수 없)",
      "(?:क्षमा करें|माफ़ (?:करें|कीजिए)|माफ करें|मुझे खेद है|मैं (?:इसमें |इस |आपकी )?[^।\\n]{0,30}(?:मदद|सहायता|अनुवाद) नहीं कर सक|दुःखित)",
      "(?:آسف|عذر[اً]|أعتذر|للأسف،? لا|لا (?:أستطيع|يمكنني) (?:المساعدة|تقديم|ترجمة|الإجابة|تلبية)|كنموذج)",
      "(?:ขออภัย|ขอโทษ|ฉันไม่สามารถ|ผมไม่สามารถ|ในฐานะ(?:ที่เป็น)?(?:ai|ปัญญาประดิษฐ์))",
    )
  }`,
  "iu",
);

const things = "(?:text|passage|article|excerpt|paragraph|document|author|page|speaker|writer)";

/** Where a text speaks of the text that it was made from, instead of its matter. */
export const ofTheText = new RegExp(
  any(
    `\\b(?:the|this) (?:given |provided |above |following |original )?${things}(?: \\w+ly| also| then| further)? (?:describes?|discusses|discuss|explains?|mentions?|states?|says|presents?|talks about|tells|outlines?|provides?|highlights?|covers?|focuses|emphasi[sz]es|concludes?|introduces?|notes?|argues?|is about|goes on to|gives an|is (?:a description|an account|an overview|concerned))\\b`,
    `\\b(?:according to|as (?:stated|mentioned|described|explained) in|based on|mentioned in|described in|in) the (?:given |provided |above |following )?(?:text|passage|article|excerpt|paragraph)\\b`,
    `\\bthe (?:text|passage|article|excerpt|paragraph) (?:above|below|provided)\\b`,
    `\\b(?:der|dieser|im|laut dem|dem) (?:text|artikel|abschnitt|auszug)(?:es)? (?:beschreibt|handelt|erklärt|erwähnt|sagt|berichtet|behandelt|zufolge)\\b`,
    `\\b(?:le|ce) (?:texte|passage|article) (?:décrit|parle|explique|mentionne|traite|présente)`,
    `\\b(?:el|este) (?:texto|pasaje|artículo) (?:describe|habla|explica|menciona|trata|presenta)`,
    `\\b(?:il|questo) (?:testo|brano) (?:descrive|parla|spiega|tratta)`,
    `\\b(?:o|este) texto (?:descreve|fala|explica|trata)`,
    `(?:текст|отрывок|статья) (?:описывает|рассказывает|объясняет|посвящ)|в (?:этом )?тексте (?:описывается|говорится|рассказывается)`,
    `(?:本文|这篇文章|这段文字|该文本|该文|文章|这段文本|這篇文章|這段文字)(?:主要)?(?:介绍|介紹|描述|讲述|講述|说明|說明|讨论|討論|提到|阐述)`,
    `(?:この文章|本文|この記事|このテキスト)(?:は|では)[^。\\n]{0,60}(?:について|述べ|説明|紹介)`,
    `(?:이 글은|이 텍스트는|본문은)`,
    `(?:يصف|يتحدث|يشرح) (?:هذا )?النص`,
  ),
  "iu",
);
