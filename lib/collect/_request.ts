import { Buffer } from "node:buffer";
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { isPrivateAddress, type Lookup, PrivateAddressError, publicLookup } from "./_address.ts";

/** What a server answered, and what it was asked, as they are stored. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  request: Uint8Array;
  response: Uint8Array;
  body: Uint8Array;
  /** Whether the body was longer than the limit and was cut. */
  cut: boolean;
}

/** The limits of a request. */
export interface RequestLimits {
  userAgent: string;
  maxBytes: number;
  timeoutSeconds: number;
  allowPrivate: boolean;
  /** In a test, a look-up of its own. */
  lookup?: Lookup;
}

/** Ask for an address once, without following redirects: the answer, or why there is none. */
export function request(
  url: URL,
  { userAgent, maxBytes, timeoutSeconds, allowPrivate, lookup }: RequestLimits,
  conditions: Record<string, string> = {},
): Promise<Answer | string> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A connection to an address looks nothing up.
  if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) return Promise.resolve("private address");
  const headers = {
    "Host": url.host,
    "User-Agent": userAgent,
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.5",
    "Accept-Encoding": "gzip",
    ...conditions,
    "Connection": "close",
  };
  const path = `${url.pathname}${url.search}`;
  const asked = Buffer.from(headerText(`GET ${path} HTTP/1.1`, Object.entries(headers)));
  return new Promise((resolve) => {
    const client = url.protocol === "https:" ? https : http;
    const sent = client.request({
      host,
      port: url.port || undefined,
      path,
      headers,
      agent: false,
      lookup: (allowPrivate ? lookup : publicLookup(lookup)) as never,
    });
    const end = (answer: Answer | string) => {
      clearTimeout(timer);
      resolve(answer);
      sent.destroy();
    };
    const timer = setTimeout(() => end(`no answer in ${timeoutSeconds} seconds`), 1000 * timeoutSeconds);
    sent.on("error", (error) => {
      end(error instanceof PrivateAddressError ? "private address" : "no connection");
    });
    sent.on("response", (answer) => {
      const parts: Buffer[] = [];
      let size = 0;
      const finish = (cut: boolean) => {
        const fields: [string, string][] = [];
        for (let i = 0; i < answer.rawHeaders.length; i += 2) {
          fields.push([answer.rawHeaders[i], answer.rawHeaders[i + 1]]);
        }
        const body = Buffer.concat(parts).subarray(0, maxBytes);
        const lower = Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value]));
        const status = answer.statusCode ?? 0;
        const first = `HTTP/${answer.httpVersion} ${status} ${answer.statusMessage ?? ""}`.trim();
        // The chunks are joined already.
        const stored = fields.map(([name, value]): [string, string] => [
          /^transfer-encoding$/i.test(name) ? `X-Crawl-${name}` : name,
          value,
        ]);
        const response = Buffer.concat([Buffer.from(headerText(first, stored), "latin1"), body]);
        end({ status, headers: lower, request: asked, response, body, cut });
      };
      answer.on("data", (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size > maxBytes) finish(true);
      });
      answer.on("end", () => finish(false));
      answer.on("error", () => end("the connection broke"));
      answer.on("aborted", () => end("the connection broke"));
    });
    sent.end();
  });
}

function headerText(first: string, fields: [string, string][]): string {
  return [first, ...fields.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");
}
