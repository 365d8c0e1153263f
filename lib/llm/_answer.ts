import { Buffer } from "node:buffer";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, refuse } from "./_errors.ts";
import { type Models, routeOf, routes } from "./_routes.ts";

/** The largest body that is read, in bytes. */
const LARGEST_BODY = 32 * 2 ** 20;

/** All bodies that are read or worked on together, in bytes; a body's first bytes are free, so that small ones always pass. */
const LARGEST_TOTAL = 64 * 2 ** 20;
const FREE_BYTES = 2 ** 16;

/** How deep a body's lists and objects may lie in each other: reading what is deeper takes a stack and seconds. */
const DEEPEST = 256;

/** Seconds that a body may take to come. */
const BODY_SECONDS = 60;

/** Seconds that the rest of a refused body may take to pass by. */
const GRACE_SECONDS = 2;

/** What answers, and by which names of this machine it may be asked. */
export interface Site {
  models: Promise<Models>;
  hosts: readonly string[];
}

/** Answer one request; whatever goes wrong becomes a refusal, and a client that leaves stops the work. */
export async function answer(
  site: Site,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const left = new AbortController();
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) left.abort(new DOMException("The client left", "AbortError"));
  });
  outgoing.on("error", () => {});
  const response = await respond(site, incoming, left.signal).catch(refuse);
  if (left.signal.aborted) return;
  const unread = incoming.method === "POST" && !incoming.readableEnded;
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    ...(unread ? { connection: "close" } : {}),
  });
  for await (const part of response.body ?? []) {
    if (left.signal.aborted) return;
    if (!outgoing.write(part)) await Promise.race([once(outgoing, "drain"), once(outgoing, "close")]);
  }
  if (unread) await drain(incoming);
  outgoing.end();
}

/** Let the rest of a refused body pass by, so that the client reads the refusal rather than a reset; not for ever. */
async function drain(incoming: IncomingMessage): Promise<void> {
  const patience = new AbortController();
  const { signal } = patience;
  const timer = setTimeout(() => patience.abort(), GRACE_SECONDS * 1000);
  incoming.resume();
  await Promise.race([once(incoming, "end", { signal }), once(incoming, "close", { signal })]).catch(
    () => {},
  );
  clearTimeout(timer);
  patience.abort();
}

async function respond(
  { models, hosts }: Site,
  incoming: IncomingMessage,
  signal: AbortSignal,
): Promise<Response> {
  const { method = "", headers } = incoming;
  const { hostname, pathname } = address(incoming);
  const isLocal = (name: string) => hosts.includes(name.replace(/^\[|\]$/g, ""));
  // A web page that resolves its own name to this machine would still send that name.
  if (!isLocal(hostname)) {
    throw new ApiError(403, `Cannot answer as ${hostname} is not this machine's loopback name`);
  }
  // Any web page can send a request, though it cannot read the answer; browsers say where it comes from.
  const { origin, "sec-fetch-site": site } = headers;
  const local = origin === undefined || (URL.canParse(origin) && isLocal(new URL(origin).hostname));
  if (!local || site === "cross-site") {
    throw new ApiError(
      403,
      `Cannot answer as the request comes from the web page of ${origin ?? "another site"}`,
    );
  }
  const route = routeOf(pathname);
  if (!route) {
    throw new ApiError(404, `Cannot find ${pathname}: this server has ${Object.keys(routes).join(", ")}`, {
      code: "unknown_url",
    });
  }
  const handle = method === "GET" || method === "POST" ? route[method] : undefined;
  if (!handle) {
    const allow = Object.keys(route).join(", ");
    throw new ApiError(405, `Cannot ${method} ${pathname}: it takes ${allow}`, {
      code: "method_not_allowed",
      headers: { allow },
    });
  }
  if (method === "GET") return await handle(await models, undefined, signal);
  const type = headers["content-type"];
  if (type !== undefined && !/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new ApiError(
      415,
      `Cannot read a body as its content type must be application/json: current value is ${type}`,
      {
        code: "unsupported_content_type",
      },
    );
  }
  using hold = new Hold();
  const body = await readJson(incoming, Number(headers["content-length"] ?? 0), hold);
  return await handle(await models, body, signal);
}

/** A request's part of the bytes that all bodies may take together, until it is answered. */
class Hold {
  static #total = 0;
  #bytes = 0;

  grow(bytes: number): void {
    const before = Math.max(0, this.#bytes - FREE_BYTES);
    this.#bytes += bytes;
    const more = Math.max(0, this.#bytes - FREE_BYTES) - before;
    Hold.#total += more;
    if (Hold.#total <= LARGEST_TOTAL) return;
    throw new ApiError(429, `Cannot read a body as others fill ${LARGEST_TOTAL} bytes: try again later`, {
      type: "rate_limit_error",
      code: "rate_limit_exceeded",
      headers: { "retry-after": "1" },
    });
  }

  [Symbol.dispose](): void {
    Hold.#total -= Math.max(0, this.#bytes - FREE_BYTES);
    this.#bytes = 0;
  }
}

function address({ url, headers }: IncomingMessage): URL {
  const text = `http://${headers.host ?? "localhost"}${url ?? "/"}`;
  if (!URL.canParse(text)) throw new ApiError(400, `Cannot read the address ${JSON.stringify(text)}`);
  return new URL(text);
}

async function readJson(incoming: IncomingMessage, announced: number, hold: Hold): Promise<unknown> {
  const tooLarge = new ApiError(413, `Cannot read a body of more than ${LARGEST_BODY} bytes`, {
    code: "body_too_large",
  });
  if (announced > LARGEST_BODY) throw tooLarge;
  const timer = setTimeout(() => incoming.destroy(), BODY_SECONDS * 1000);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of incoming.iterator({ destroyOnReturn: false })) {
      bytes += part.length;
      if (bytes > LARGEST_BODY) throw tooLarge;
      hold.grow(part.length);
      // A copy, as a part of one byte holds the whole packet's memory.
      parts.push(Uint8Array.from(part));
    }
    const body = Buffer.concat(parts);
    checkDepth(body);
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(
      400,
      `Cannot read the body as JSON: ${error instanceof Error ? error.message : error}`,
      {
        code: "invalid_json",
      },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Refuse what lies too deep, before it is parsed: brackets outside of strings are counted. */
function checkDepth(json: Uint8Array): void {
  let depth = 0;
  let text = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) text = !text;
    else if (text) {
      if (byte === BACKSLASH) at++;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > DEEPEST) {
        throw new ApiError(400, `Cannot read the body as it must have at most ${DEEPEST} levels`, {
          code: "invalid_json",
        });
      }
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = new TextEncoder().encode(
  '"\\[]{}',
);
