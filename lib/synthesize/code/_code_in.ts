import { fencedBlocks } from "../_markdown.ts";
import { pythonFault } from "../_python.ts";
import { splitReasoning } from "../answer.ts";
import type { Answer } from "../method.ts";

/** The blocks of Python in an answer as the model wrote them, blank lines and all; an answer that is code itself is one. */
export function codeIn(answer: Answer): string[] {
  const { text } = splitReasoning((answer.written ?? answer.text).replaceAll("\r\n", "\n"));
  const blocks = fencedBlocks(text).filter(({ info }) => /^(?:py|python|python3|py3|)\b/.test(info));
  if (blocks.length > 0) return blocks.map(({ body }) => body.trimEnd()).filter((body) => body.trim() !== "");
  const looksLikeCode = /^[ \t]*(?:def|class|import|from|assert)\b/m.test(text);
  return looksLikeCode && pythonFault(text) === undefined ? [text.trim()] : [];
}
