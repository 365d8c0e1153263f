import type { Answer, Prompt, Rejected, TextFault } from "./method.ts";
import { closingNote, ofTheText } from "./_phrases.ts";
import { isRefusal, splitReasoning } from "./answer.ts";
import { repeatedShare } from "./checks.ts";

/**
 * What no new text may hold, whatever the method: why one is lost, if it is.
 *
 * @param source What the text is made from: marks of turns and addresses that stand there too are part of the matter.
 */
export function textFault(text: string, source: string): TextFault | undefined {
  if (!text.isWellFormed() || broken.test(text)) return "broken characters";
  if (mayHoldToken.test(text) && specialToken.test(/<s>/.test(source) ? withoutStruck(text) : text)) {
    return "special tokens";
  }
  if (splitReasoning(text).reasoning !== undefined || planning.test(text) && !planning.test(source)) {
    return "reasoning in the text";
  }
  if (text.includes("\n") && turn.test(text) && !turn.test(`\n${source}`)) return "second turn";
  if (isRefusal(text) && !isRefusal(source)) return "refused";
  if (closesWithNote(text) && !closesWithNote(source)) return "note to the reader";
  if (inventedAddress(text, source)) return "invented address";
  return undefined;
}

/** Why an answer is lost before its method looks at it, if it is. */
export function lostAnswer(answer: Answer): Rejected | undefined {
  const { fault, text, prompt } = answer;
  const rejected = fault ?? textFault(text, sourceOf(prompt));
  return rejected === undefined ? undefined : { rejected, sample: text };
}

/** What an answer is made from: the prompt's piece of the document, else all that it says. */
export function sourceOf({ part, messages }: Prompt): string {
  return part ?? messages.map(({ content }) => content).join("\n");
}

/** Whether a text falls into a loop, more than its source does. */
export function loops(text: string, source: string, most = 0.3): boolean {
  const share = repeatedShare(text);
  return share > most && share > repeatedShare(source) + 0.1;
}

/** Whether a text speaks of the text that it was made from, which does not speak of texts itself. */
export function speaksOfText(text: string, source: string): boolean {
  return ofTheText.test(text) && !ofTheText.test(source);
}

// Control characters, replacement characters, overrides of direction and invisible tags. Marks and isolates that Arabic and
// Hebrew need are none of them, nor are the tags within a flag.
const broken =
  /(?![\t\n\r\x85])\p{Cc}|[\ufffd\ufffe\uffff\u202d\u202e]|(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0000}-\u{e007f}]/u;

/** What every such mark has: cheaper to look for than the marks. */
const mayHoldToken = /[<[]|assistantfinal|^(?:analysis|commentary)/;

const specialToken =
  /<\|[\p{L}\p{N}_▁:./-]{1,40}\|?>|<[\p{L}_]{2,30}\|>|<｜[^｜\n]{1,40}｜>|<\/?s>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:start|end)_of_(?:turn|text|image)>|<(?:bos|eos|pad|unk|sop|eop|eod|eot|eom|BOS|EOS|PAD|UNK|EOD|EOT|mask|cls|sep)>|<(?:end_of_\w{1,20}|eo[tmsd]_id)>|<\/?(?:user|assistant|system|human)>|<\/?(?:tool_call|tool_response|function_call|answer|final|output)>|\[(?:gMASK|BOS|EOS|EOD|PAD|UNK|SEP|CLS)\]|<(?:extra_id_|unused|reserved_)\d+>|<0x[0-9A-F]{2}>|\bassistantfinal\b|^(?:analysis|commentary)(?=[A-Z])|<\/?(?:think|thinking)>/u;

/** HTML strikes text through with the marks that some tokenizers begin and end a text with: a page on it has them too. */
function withoutStruck(text: string): string {
  return text.replace(/(?<=\S\s*)<\/?s>(?=\s*\S)/g, "");
}

/** How a model begins that thinks aloud of what it was asked for, without a mark. */
const planning =
  /^\W*(?:(?:thinking|thoughts?|analysis|reasoning|plan)\W{1,4})?(?:(?:okay|ok|alright|so|hmm|well|first|now)[,.!]? )*(?:the user (?:wants|asks|asked|has asked|is asking|needs|would like|provided|gave)\b|(?:we|i)(?: need| have|['’]ll| will| must| should|['’]m going| am going| are asked|['’]m asked| am asked)(?: to)? (?:carefully |now |first )?(?:rewrite|rephrase|paraphrase|simplify|restate|translate|summari[sz]e)\b|let (?:me|us) (?:carefully |now |first )?(?:rewrite|rephrase|paraphrase|simplify|restate|translate|summari[sz]e)\b|let['’]s (?:rewrite|rephrase|paraphrase|restate|translate)\b)/i;

// The next turn of a conversation that a model goes on with by itself.
const turn =
  /\n[ \t]*(?:#{1,4}[ \t]*)?(?:\*\*)?(?:(?:Human|User|Assistant|AI Assistant|System|USER|ASSISTANT|HUMAN|SYSTEM|Benutzer|Assistent|Utilisateur|Usuario|Usuário|Utente|Gebruiker|Asistente|Пользователь|Ассистент|用户|用戶|人类|人類|助手|ユーザー|アシスタント|사용자|어시스턴트|المستخدم|المساعد|उपयोगकर्ता|सहायक)(?:\*\*)?[ \t]?[:：]|(?<=#[ \t]*)(?:Instruction|Response|Input|Human|User|Assistant)\b[ \t]*:?(?:\*\*)?[ \t]*(?=\n|$))/;

/** Whether the last line, or the last sentence in it, is a note on what was done. */
function closesWithNote(text: string): boolean {
  const paragraphs = text.trim().split(/\n\s*\n/);
  const last = paragraphs.at(-1)!;
  const line = last.slice(last.lastIndexOf("\n") + 1);
  const sentences = line.split(/(?<=[.!?。！？।؟)])\s*/);
  // A text of one sentence is no note on itself.
  const candidates = [...(paragraphs.length > 1 ? [last] : []), ...(last.includes("\n") ? [line] : [])];
  for (let at = Math.max(1, sentences.length - 2); at < sentences.length; at++) {
    candidates.push(sentences[at]);
  }
  return candidates.some((one) => closingNote.test(one));
}

/** An address of mail or of the web that the source has not; those kept for examples are nobody's. */
function inventedAddress(text: string, source: string): boolean {
  if (!/@|:\/\/|www\./i.test(text)) return false;
  const known = source.toLowerCase();
  const found = text.match(
    /(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.\p{L}{2,}|(?:https?:\/\/|www\.)[^\s<>()"'`\]}，。）]+/giu,
  ) ??
    [];
  return found.map((one) => one.toLowerCase().replace(/[.,;:!?*_]+$/, "")).some((one) =>
    !known.includes(one) &&
    !/(?:@|\/\/|\.|^)(?:example\.(?:com|org|net|edu)|[\w-]+\.(?:example|test|invalid)|localhost|127\.0\.0\.1)(?![\w.-])/
      .test(one)
  );
}
