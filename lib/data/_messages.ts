/**
 * The text of a chat as records of fine-tuning hold it, `[{ role, content }]` or `[{ from, value }]`: each message behind
 * its role, a blank line between; `undefined` where the value is no chat. Contents may be lists of parts, of which those
 * with a text are read.
 */
export function chatText(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const messages: string[] = [];
  for (const message of value) {
    if (typeof message !== "object" || message === null) return undefined;
    const role = message.role ?? message.from;
    const content = contentText("content" in message ? message.content : message.value);
    if (typeof role !== "string" || content === undefined) return undefined;
    messages.push(`${role}: ${content}`);
  }
  return messages.join("\n\n");
}

/** A message without a content, as one that only calls a tool, says nothing. */
function contentText(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (content === null || content === undefined) return "";
  if (!Array.isArray(content)) return undefined;
  return content.map((part) => typeof part === "string" ? part : part?.text ?? "").filter(Boolean).join("\n");
}
