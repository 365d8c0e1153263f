import { inRange, takes } from "../base/mod.ts";
import { type Document, documentId, type Json, type OnDrop } from "../data/mod.ts";
import { htmlToText } from "./html.ts";

/** Options of {@linkcode mailToDocument}. */
export interface MailOptions {
  /** What the document names as its source. @default {"mail"} */
  source?: string;
  /** Where in the source the mail stands; with the source it makes the id. @default {0} */
  position?: number | string;
  /** What else is known of the mail, kept in `meta`. */
  meta?: Record<string, Json>;
  /** The share of characters that may be undecodable (U+FFFD). @default {0.1} */
  maxReplacedFraction?: number;
  /** Called with the reason why a mail gives no document. */
  onDrop?: OnDrop | undefined;
}

/**
 * A mail as received (RFC 5322 and MIME) as a Document: its plain-text part, else its HTML part as text. `meta` holds
 * `subject`, `date`, `hadHtml`, `attachments` and `replacedCharacters` (how many could not be decoded in the charset the
 * mail names).
 *
 * @returns `undefined` when the mail has no text; `onDrop` hears why.
 * @throws {TypeError} If the mail is neither text nor bytes.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mailToDocument } from "midtrain/collect";
 *
 * const mail = "Subject: Tea\r\nContent-Type: text/html\r\n\r\n<p>Boil &amp; pour</p>";
 * const document = await mailToDocument(mail);
 * assert.equal(document?.text, "Boil & pour");
 * assert.equal(document?.meta.subject, "Tea");
 * ```
 */
export async function mailToDocument(
  mail: Uint8Array | string,
  options: MailOptions = {},
): Promise<Document | undefined> {
  takes("Cannot read a mail", options, "source?, position?, meta?, maxReplacedFraction?, onDrop?");
  const { source = "mail", position = 0, meta = {}, maxReplacedFraction = 0.1, onDrop } = options;
  if (typeof mail !== "string" && !(mail instanceof Uint8Array)) {
    throw new TypeError(`Cannot read a mail as it must be text or bytes: current value is ${typeof mail}`);
  }
  inRange("Cannot read a mail", { maxReplacedFraction }, "in [0, 1]");
  const id = documentId(source, position);
  const drop = (reason: string, excerpt: string): undefined => {
    onDrop?.({ id, source, stage: "collect/mail", reason, excerpt: excerpt.slice(0, 200) });
  };
  const { default: PostalMime } = await import("postal-mime");
  let email;
  try {
    email = await PostalMime.parse(mail);
  } catch (error) {
    // Its limits on headers and nesting are what stops a bomb.
    return drop("not a readable mail", error instanceof Error ? error.message : String(error));
  }
  const plain = email.text?.trim() ?? "";
  const html = email.html ?? "";
  const read = plain || (html && (await htmlToText(html, { keep: "all" })).text);
  const text = read.toWellFormed().replaceAll("\r\n", "\n").trim();
  const subject = email.subject ?? "";
  if (text === "") return drop("no text", subject);
  const replacedCharacters = text.split("\ufffd").length - 1;
  if (replacedCharacters > maxReplacedFraction * text.length) return drop("undecodable", text);
  return {
    id,
    text,
    source,
    meta: {
      ...meta,
      subject,
      date: email.date ?? null,
      hadHtml: html !== "",
      attachments: email.attachments.length,
      replacedCharacters,
    },
  };
}
