import { Buffer } from "node:buffer";

/** A record as an archive stores it. */
export function record(
  type: string,
  content: Uint8Array | string,
  { url = "http://a.example/", version = "WARC/1.0", ...fields }: Record<string, string> = {},
): Buffer {
  const bytes = Buffer.from(content as string);
  const lines = [version, `WARC-Type: ${type}`, `WARC-Target-URI: ${url}`, "WARC-Date: 2024-01-01T00:00:00Z"];
  for (const [name, value] of Object.entries(fields)) lines.push(`${name}: ${value}`);
  lines.push(`Content-Length: ${bytes.length}`);
  return Buffer.concat([Buffer.from(lines.join("\r\n") + "\r\n\r\n"), bytes, Buffer.from("\r\n\r\n")]);
}

/** What a server answered. */
export function answer(
  body: Uint8Array | string,
  { status = "200 OK", ...fields }: Record<string, string> = { "Content-Type": "text/html" },
): Buffer {
  const lines = [`HTTP/1.1 ${status}`, ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(lines.join("\r\n") + "\r\n\r\n"), Buffer.from(body as string)]);
}
