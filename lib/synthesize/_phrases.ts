// What assistants say around a text, or instead of it, in the languages that synthetic corpora are mostly written in. Each
// phrase speaks of the task (rewriting, texts, facts kept), so that narrators and manuals, who say "I cannot" and "Note:" too,
// are left alone.

const any = (...parts: string[]) => `(?:${parts.join("|")})`;

const greeting =
  "(?:(?:sure|certainly|of course|absolutely|okay|ok|alright|all right|great|klar|gerne|natürlich|bien sûr|claro|certo|当然|好的|もちろん|はい)(?![\\p{L}\\p{N}])[^\\n]{0,40}?[,.!:，。！：、]\\s*)?";

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

const deeds = "(?:paraphrased|rephrased|rewritten|rewrite|translated|translation|simplified|revised)";
const things = "(?:text|version|passage|problem|paragraph|page)";

/** A line that speaks of the text that follows, after any greeting; most end in a colon. */
export const opening = new RegExp(
  `^(?:\\*\\*|#+ )?${greeting}${
    any(
      `(?:here(?:['’]s| is| are)|this is|below is|below are|the following is)(?![\\p{L}])[^\\n]{0,120}:\\**(?:\\s*\\n|\\s+(?=["“«]))`,
      `(?:here(?:['’]s| is| are)|below is)(?![\\p{L}])[^\\n:]{0,80}:\\**\\s`,
      // Without a colon it must name what was done.
      `here(?:['’]s| is)(?![\\p{L}])[^\\n:]{0,30}(?:paraphras|rephras|rewrit|translat|simplif|revis)[^\\n:]{0,60}\\s*\\n`,
      `\\*{0,2}(?:new|plain) (?:text|version|problem|passage)\\*{0,2}:\\*{0,2}\\s*`,
      `(?:sure(?: thing)?|certainly|of course|absolutely)[,.!]\\s*\\n`,
      `here (?:you go|it is|you are)[.!:]\\s*\\n`,
      // A line that says only what will be done, or of what kind the next one is.
      `i(?:['’]d be| would be|['’]m|['’]ll be| am) (?:happy|glad) to (?:help|assist|do (?:that|so)|rewrite|rephrase|translate)(?![\\p{L}])[^\\n]{0,60}[.!:]\\s*\\n`,
      `i(?:['’]ll| will| have|['’]ve) (?:rewrite|rewritten|rephrase|rephrased|translate|translated) (?:it|this|that|(?:the|your)(?: \\w+)? ${things})(?![\\p{L}])[^\\n]{0,40}[.!:]\\s*\\n`,
      `below (?:is|are|you(?:['’]ll| will)? find)(?![\\p{L}])[^\\n]{0,40}${deeds}[^\\n]{0,60}[.:]\\s*\\n`,
      `\\*{0,2}(?:the )?(?:${deeds}|(?:in )?plain[ -]english)(?: ${things})?\\*{0,2}:\\*{0,2}\\s*`,
      `\\*{0,2}(?:the )?(?:${deeds}|new|plain[ -]english) ${things}\\*{0,2}\\s*\\n`,
      `\\*{0,2}(?:output|response|result)\\*{0,2}:\\*{0,2}\\s*\\n`,
      `${presents}[^\\n]{0,80}[:：]\\**\\s*\\n`,
      `(?:assistant|assistent|助手)[:：]\\s*`,
    )
  }`,
  "iu",
);

const kept =
  "(?:kept|preserved|retained|maintained|included|used|made|ensured|rewritten|rewrote|rephrased|paraphrased|translated|simplified|tried|followed|avoided|added|removed|changed|omitted|replaced|shortened)";
const matter =
  "(?:facts?|names?|numbers?|information|details?|meaning|original|text|passage|tone|sentences?|instructions?|vocabulary|words?|wording|language|style)";

/** A last line, or sentence, that offers help or says what was done to the text. */
export const closingNote = new RegExp(
  `^[\\s(（[*_✅✓✔]*${
    any(
      "(?:please )?let me know\\b",
      "(?:i )?hope (?:this|that|it)(?: \\w+)? helps?\\b",
      "i hope (?:this|that|it)\\b",
      "(?:i(?:['’]m| am|['’]d be) )?(?:happy|glad) to (?:adjust|help|revise|rewrite|rephrase|change)\\b",
      "if (?:you|there)\\b[^\\n]{0,60}\\b(?:just ask|let me know|feel free|please ask|i(?:['’]d be| would be|['’]m) (?:happy|glad))\\b",
      "(?:is|does|was|how(?:['’]s| is)) (?:this|that) (?:okay|ok|alright|all right|fine|what you|help|work for you)\\b[^\\n]{0,40}\\?",
      `(?:do|would) you (?:want|like)(?: to see)? (?:another|a different|a shorter|a simpler) ${things}`,
      "\\[end\\]$",
      "feel free to\\b",
      "is there anything else\\b",
      "would you like me to\\b",
      `(?:note|please note|disclaimer|explanation|n\\.b\\.)[*_]*\\s*(?:[:：]|that)[*_]*\\s*[^\\n]*\\b(?:i(?: have|['’]ve)? ${kept}|i (?:have|['’]ve)|rewr\\w+|rephras\\w+|paraphras\\w+|translat\\w+|(?:the|this) (?:original|text|version|passage|answer|response))\\b`,
      `(?:(?:in this (?:version|rewrite|text|rephrasing)|here), )?i(?: have|['’]ve)?(?: also| tried to| made sure to| carefully| only)* ${kept}\\b[^\\n]{0,60}\\b${matter}\\b`,
      `i made sure (?:to|that)\\b`,
      `(?:this|the|my)(?: \\w+)? (?:version|rewrite|rewriting|rephrasing|paraphrase|translation|response|answer) (?:above )?(?:keeps|preserves|retains|maintains|includes|uses|contains|captures|is written)\\b`,
      `(?:all|every)(?: of)?(?: the)? (?:\\w+ )?${matter}[^\\n]{0,60}\\b(?:has been|have been|were|was|are|is) (?:kept|preserved|retained|maintained|included)\\b`,
      `(?:note|please note)\\b[^\\n]{0,40}\\b${matter}\\b[^\\n]{0,40}\\b(?:unchanged|intact|preserved|retained|as (?:they|it) (?:are|is|were|was))\\b`,
      `all(?: of)?(?: the)? (?:\\w+ )?${matter} (?:intact|preserved|retained)[.!]?$`,
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
  "(?:answer|share|say|read|view|open|find|see|do|write|create|continue|produce|offer|give|discuss|provide|process|determine|complete|perform|proceed|access|support)(?: [\\w-]+){0,3} (?:text|questions?|request|that|this|it|you|your|so|content|passage|response|information|prompt|task|translation|instructions?)\\b",
  "(?:answer|say|do so|continue|proceed|do that|do this|do it)[.,!]",
);

const declines =
  `(?:i|we)(?:['’](?:m|re)| am| are)?(?: \\w+ly)? (?:cannot|can['’]t|can not|unable to|not (?:able|allowed|permitted|comfortable|in a position|going)(?: to| with)?|won['’]t|will not)(?:(?: \\w+){0,3}? ${tasks}|\\s*[.!]|$)`;

/** What is said before a refusal, and is none. */
const before = any(
  "(?:no|nope|oh|hmm+|well|hello|hi|hey|hello there|hi there|actually|sure|certainly|of course|okay|ok|absolutely)[,.!…]+\\s+",
  "(?:i(?:['’]d be| would be|['’]m| am) (?:happy|glad) to (?:help|assist)[^.!\\n]{0,40}[.!,]\\s+)",
  "(?:due to|given|because of|for|out of) [^.,\\n]{0,40}\\b(?:concerns|reasons|guidelines|polic(?:y|ies)|nature of (?:this|the|your) (?:text|content|request|topic|passage|material)),? ",
);

const wanted = "(?:text|passage|page|article|content|document|paragraph|excerpt)";

/** The start of an answer that declines, or that takes the prompt for a talk without a text. */
export const refusal = new RegExp(
  `^[\\s"“*\\[(]*${before}{0,3}${
    any(
      "i(?:['’]m| am)(?: \\w+)? sorry(?:[,.;!]| but\\b| for\\b| that i\\b|\\s*[–—-])",
      "(?:sorry|my apologies|apologies)(?:[,.!]|\\s+[–—-]\\s)",
      "(?:this|that|it)(?: request| task)?(?: is|['’]s) (?:not |n['’]t )?something (?:that )?i(?:['’]m| am)? (?:not |un)?(?:able|willing|comfortable|can|can['’]t|cannot|won['’]t|could|will)\\b",
      `i(?:['’]d| would) (?:rather|prefer)(?: to)? not(?: to)?(?: \\w+)? ${tasks}`,
      `i (?:respectfully |politely |must )?(?:decline|refuse)(?: to(?: \\w+)? ${tasks}|[.!]|$)`,
      "(?:my|our|openai['’]s|anthropic['’]s|google['’]s|meta['’]s) (?:\\w+ )?(?:guidelines|polic(?:y|ies)|programming|training|principles) [^.\\n]{0,20}\\b(?:allow|permit|let|prevents?|prohibits?|forbids?|keeps?|stops?) me\\b",
      "(?:(?:i['’]m |i am )?unable to|can['’]t|cannot) (?:help|assist|comply)\\b(?! (?:but|\\w+ing)\\b)",
      "your (?:message|request|prompt|input) (?:is|was|seems|appears)(?: to be)? (?:empty|incomplete|blank|unclear)\\b",
      `(?:rewrit|rephras|paraphras|translat|reproduc|shar|provid|answer|continu|generat|creat)ing (?:this|the|that|your) (?:${wanted}|request|material)[^.\\n]{0,40} (?:would|could|may|might) (?:violate|infringe|breach|be (?:harmful|inappropriate|unethical))`,
      `i do(?:n['’]t| not) (?:think|believe|feel) (?:that )?(?:i (?:can|could|should|am able to)|i['’]m able to|it (?:is|would be) (?:appropriate|right|ethical|safe)(?: for me)? to)(?: \\w+){0,2}? ${tasks}`,
      "(?:i(?:['’]m| am) going to|i(?:['’]ll| will)) have to (?:pass\\b|decline|refuse)",
      "(?:content policy|content filter|content|response|request|message) ?(?:violation|removed|blocked|filtered|refused|flagged)[\\])]?[.!]?\\s*$",
      "i(?:['’]m| am) (?:claude|chatgpt|gemini|llama|qwen|deepseek|copilot|grok|gpt-[\\w.]+),? (?:an?|the|your|made|developed|created|trained|built)\\b",
      `i (?:was unable to|could(?:n['’]t| not)|can(?:not|['’]t)|do(?:n['’]t| not)) (?:find|see|locate|detect) (?:any|a|the|your) ${wanted}`,
      `there (?:is|does(?:n['’]t| not) (?:seem|appear) to be|seems to be|appears to be)(?: no| any| not any)? ${wanted} (?:to|for me to|provided|included|in your)\\b`,
      `you (?:have(?:n['’]t| not)|did(?:n['’]t| not)|forgot to) (?:yet )?(?:provided?|included?|given?|attach(?:ed)?|pasted?|shared?|send|sent|specif(?:y|ied)) (?:me )?(?:with )?(?:any|a|the|your) ${wanted}`,
      `(?:it (?:seems|looks|appears)(?: like| that)? )?(?:the|your) ${wanted} (?:(?:that )?you(?:['’]ve| have)? (?:provided|shared|sent|pasted) |(?:to be (?:rewritten|rephrased|translated)) )?(?:is|was|appears to be|seems to be) (?:missing\\.|empty|not (?:provided|included|there)|cut off)`,
      "i (?:would )?need (?:more|additional|further) (?:information|context|details) (?:to|in order to|before i can) (?:complete|answer|help|assist|fulfil|proceed|rewrite)",
      `(?:what|which) ${wanted} (?:would you like|do you want|should i)\\b`,
      "how (?:can|may) i (?:help|assist)(?: you)?\\b",
      "i (?:sincerely |must )?apologi[sz]e\\b",
      "(?:unfortunately|regrettably|i(?:['’]m| am) afraid(?: that)?),? (?:i|this|the|there|it|we)\\b(?= (?:cannot|can['’]t|can not|am|don['’]t|do not|have|is|was|request|text|are)\\b)",
      "unfortunately(?:, i\\b| i(?:['’]m| am) (?:unable|not able)\\b)",
      declines,
      `(?:i(?: do| really| fully)? (?:appreciate|understand|respect)|thank(?:s| you)(?: so much| very much)? for)\\b[^\\n]{0,100}?[,;.]? (?:but|however),? ${declines}`,
      "i(?:['’]m| am)? (?:do(?:n['’]t| not) feel comfortable|would (?:rather|prefer) not|not comfortable(?: with)? (?:\\w+ing|this|that))\\b",
      "i regret (?:to (?:inform|tell) you )?that i (?:am|cannot|can['’]t)\\b",
      "(?:it is|it['’]s|this is|that is) (?:against|beyond|outside) my (?:\\w+ )?(?:guidelines|policy|policies|rules|programming|capabilities|scope)",
      "i (?:must|have to|will have to)(?: \\w+ly)? (?:decline|refuse)\\b",
      "as an? (?:\\w+ )?(?:ai|a\\.i\\.|artificial intelligence|language model)(?: (?:language model|model|assistant|system|chatbot|program))?(?=[,.]| (?:i\\b|developed|created|trained|made|designed|built))",
      "as an? (?:\\w+ )?assistant,? (?:i|my)\\b",
      "i(?:['’]m| am) (?:just |only )?an? (?:ai|language model|text-based)\\b",
      "i do(?:n['’]t| not) (?:have (?:access|the (?:text|ability|necessary|original)|any (?:text|information)|enough information|personal opinions)|see (?:any|a|the) (?:text|passage|page|content)|understand the (?:request|question|task))",
      "(?:it (?:seems|looks|appears) (?:like|that|as if)|i (?:see|notice) that)(?: \\w+){0,3} (?:text|message|question|request|input)\\b[^.\\n]{0,60}(?:missing|incomplete|empty|cut off|provided|not|n['’]t)",
      "it (?:seems|looks|appears)(?: like| that)? you (?:have|did|haven|didn|forgot|may|['’]ve)\\b",
      "(?:(?:could|can|would) you (?:please )?|please )(?:provide|share|send|paste|clarify|specify|give)(?: me)?(?: with)? (?:it|the|your|more)(?: \\w+)? (?:text|passage|page|section|content|input|question|context|paragraph|article)\\b",
      `no ${wanted} (?:was|is|has been) (?:provided|given|included|found)\\b`,
      "i(?:['’]m| am) ready to (?:help|assist)",
      "(?:this|the|your) (?:request|content|text|topic)[^.\\n]{0,60}(?:violates|against (?:my|our|the)|inappropriate|not appropriate|harmful)",
      "it (?:is|would be|wouldn['’]t be|isn['’]t)(?: not)? (?:in)?appropriate (?:for me )?to\\b",
      "(?:es )?tut mir (?:sehr |wirklich )?leid[,.;!]",
      "(?:entschuldigung|leider (?:kann|darf|muss) ich|(?:das|dies|dabei|damit|hierbei) (?:kann|darf) ich (?:dir |ihnen )?(?:leider )?nicht (?:\\w+ )?(?:machen|tun|helfen|weiterhelfen|umschreiben|übersetzen|beantworten)|ich (?:möchte|werde|darf) (?:das|dies|diesen text)[^.\\n]{0,20} nicht (?:umschreiben|übersetzen|tun|machen|beantworten|schreiben)|es ist mir (?:leider )?nicht (?:möglich|erlaubt)|leider ist es mir|ich kann (?:dir|ihnen|diesen text|diese anfrage|dabei|das)[^.\\n]{0,40}nicht|ich bin nicht in der lage|als (?:ki|sprachmodell))",
      "(?:(?:je suis (?:vraiment )?)?désolée?[,.!]|je (?:suis désolée?|regrette,? mais|ne peux (?:malheureusement )?pas (?:vous |t['’]|y )?(?:aider|répondre|traduire|reformuler|réécrire|faire (?:cela|ça)|fournir|accéder|accepter|satisfaire|continuer|effectuer|générer|traiter|donner suite)|ne suis pas (?:en mesure|autorisée?|habilitée?)|m['’]excuse)|il m['’]est impossible de (?:vous |répondre|traduire|reformuler|réécrire|satisfaire|donner suite)|malheureusement, je|en tant qu['’](?:ia|intelligence|assistant))",
      "(?:lo (?:siento|lamento)(?:[,.!]| pero)|me temo que no|no (?:me es|es) posible (?:ayudar|traducir|reescribir|responder|completar)|no puedo (?:ayudar|proporcionar|cumplir|realizar|traducir|reescribir|responder|generar|hacer)|lamentablemente, no|como (?:ia|modelo de lenguaje)|no estoy en condiciones)",
      "(?:mi dispiace[,.!]|mi dispiace ma|non posso (?:farlo|aiutar|fornire|tradurre|riscrivere|rispondere|generare|soddisfare)|purtroppo non posso|come (?:ia|modello linguistico))",
      "(?:desculpe[,.!]|sinto muito[,.!]|lamento[,.!]|não (?:posso|consigo) (?:ajudar|fornecer|traduzir|reescrever|responder|gerar|atender)|infelizmente,? não posso|como (?:uma )?ia)",
      "(?:het spijt me[,.!]|sorry, ik|helaas kan ik|ik kan (?:je|u|dit|deze|niet)[^.\\n]{0,30}niet (?:bij |mee )?(?:helpen|vertalen)|als (?:ai|taalmodel))",
      "(?:beklager|tyvärr|dessverre|desværre|jag är ledsen|jeg er lei meg),? (?:men )?(?:jag|jeg|kan|får|det)\\b",
      "(?:jag|jeg) (?:kan|får) (?:tyvärr |dessverre |desværre )?(?:inte|ikke) (?:hjälpa|hjelpe|hjælpe|översätta|oversette|oversætte|skriva om|skrive om|svara|svare)",
      "(?:извините|простите, но|к сожалению, я|прошу прощения, но|я не могу (?:с этим |в этом |вам )*(?:помочь|выполнить|перевести|ответить|предоставить|переписать)|как (?:ии|языковая модель))",
      "(?:przepraszam, ale|niestety,? nie mog|nie mogę (?:\\S+ ){0,2}(?:pomóc|przetłumaczyć|spełnić|odpowiedzieć|przepisać)|bu (?:konuda|isteğ|taleb)[^.\\n]{0,20}(?:olamam|olamıyorum|getiremem|veremem)|üzgünüm|maalesef|özür dilerim|samahani|siwezi kusaidia|maaf,|xin lỗi|tôi không thể|tôi (?:rất )?(?:xin lỗi|lấy làm tiếc|tiếc)[,.])",
      "(?:很?抱歉|对不起|對不起|不好意思|我(?:无法|無法|不能|没办法)(?:帮|協|协|提供|完成|满足|翻译|回答|为您|改写|生成|处理)|(?:这个|这|该|您的|此)(?:请求|内容|要求)[^。\\n]{0,8}(?:违反|违背|不符合)|作为(?:一个|一名)?(?:ai|人工智能|语言模型)|身為(?:一個)?(?:ai|人工智慧))",
      "(?:申し訳(?:あり|ござ|な)|すみませんが|ごめんなさい|恐れ入りますが|お(?:手伝い|答え|応え)(?:する)?(?:こと)?[はが]?(?:でき|いたしかね)ま|(?:この|その|ご)(?:依頼|質問|要求|リクエスト)に[はも]?(?:お応え|お答え|応じ|対応)[^。\\n]{0,10}(?:できま|かねま)|私は(?:ai|人工知能|言語モデル))",
      "(?:죄송|미안하지만|저는 (?:ai|인공지능)|도와드릴 수 없|(?:해당|이|그|요청하신) ?(?:요청|내용|질문)[^.\\n]{0,20}수 없)",
      "(?:क्षमा करें|माफ़ (?:करें|कीजिए)|माफ करें|मुझे खेद है|मैं (?:इसमें |इस |आपकी )?[^।\\n]{0,30}(?:मदद|सहायता|अनुवाद) नहीं कर सक|दुःखित)",
      "(?:آسف|عذر[اً]|أعتذر|للأسف،? لا|لا (?:أستطيع|يمكنني) (?:مساعدت|المساعدة|تقديم|ترجمة|الإجابة|تلبية)|كنموذج)",
      "(?:ขออภัย|ขอโทษ|(?:ฉัน|ผม|ดิฉัน)(?:ไม่สามารถ|ช่วยไม่ได้)|ในฐานะ(?:ที่เป็น)?(?:ai|ปัญญาประดิษฐ์))",
    )
  }`,
  "iu",
);

const told = "(?:text|passage|article|excerpt|paragraph|document|author|page|speaker|writer)";

/** Where a text speaks of the text that it was made from, instead of its matter. */
export const ofTheText = new RegExp(
  any(
    `\\b(?:the|this) (?:given |provided |above |following |original )?${told}(?: \\w+ly| also| then| further)? (?:describes?|discusses|discuss|explains?|mentions?|states?|says|presents?|talks about|tells|outlines?|provides?|highlights?|covers?|focuses|emphasi[sz]es|concludes?|introduces?|notes?|argues?|is about|goes on to|gives an|is (?:a description|an account|an overview|concerned))\\b`,
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
