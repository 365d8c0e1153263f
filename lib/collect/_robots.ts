import parser from "robots-parser";
import { type Answer, request, type RequestLimits } from "./_request.ts";

// Its types say a module of an export, where the module is the function.
const robotsParser = parser as unknown as (url: string, text: string) => {
  isAllowed(url: string, userAgent: string): boolean | undefined;
  getCrawlDelay(userAgent: string): number | undefined;
};

const maxRobotsBytes = 500 << 10;
const maxRedirects = 5;

/** What a site allows a robot (RFC 9309). */
export interface Robots {
  /** Why a page must not be fetched, if so. */
  refuses(url: URL): string | undefined;
  /** The seconds between requests that it asks for. */
  delaySeconds: number;
}

/**
 * Read a site's robots.txt: without one everything is allowed, and nothing where the server fails or cannot be reached.
 * Read by robots-parser (MIT, no dependencies), which takes Google's own rules of matching.
 */
export async function readRobots(origin: string, limits: RequestLimits): Promise<Robots> {
  let url = new URL("/robots.txt", origin);
  let answer: Answer | string = "";
  for (let i = 0; i <= maxRedirects; i++) {
    answer = await request(url, { ...limits, maxBytes: maxRobotsBytes });
    if (typeof answer === "string") break;
    const { location } = answer.headers;
    if (
      answer.status < 300 || answer.status > 399 || location === undefined || !URL.canParse(location, url)
    ) break;
    url = new URL(location, url);
    if (!/^https?:$/.test(url.protocol)) break;
  }
  if (typeof answer === "string" || answer.status >= 500 || answer.status === 429) {
    const why = typeof answer === "string" ? answer : `status ${answer.status}`;
    return { refuses: () => why === "private address" ? why : `robots.txt: ${why}`, delaySeconds: 0 };
  }
  if (answer.status < 200 || answer.status > 299) return { refuses: () => undefined, delaySeconds: 0 };
  const text = await textOf(answer);
  const robots = robotsParser(new URL("/robots.txt", origin).href, text);
  const { userAgent } = limits;
  return {
    refuses: ({ href }) => robots.isAllowed(href, userAgent) === false ? "robots.txt disallows" : undefined,
    delaySeconds: robots.getCrawlDelay(userAgent) ?? 0,
  };
}

async function textOf({ headers, body }: Answer): Promise<string> {
  if (!/gzip/i.test(headers["content-encoding"] ?? "")) return new TextDecoder().decode(body);
  const stream = new Blob([body as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"));
  let text = "";
  try {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.length > maxRobotsBytes) break;
    }
  } catch {
    // What could be read of it holds.
  }
  return text;
}
