import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, refuse } from "./_errors.ts";
import { type Models, routes } from "./_routes.ts";

/** The largest body that is read, in bytes. */
const LARGEST_BODY = 32 * 2 ** 20;

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
  // A web page that resolves its own name to this machine would still send that name.
  if (!hosts.includes(hostname.replace(/^\[|\]$/g, ""))) {
    throw new ApiError(403, `Cannot answer as ${hostname} is not this machine's loopback name`);
  }
  const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
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
  const body = method === "POST"
    ? await readJson(incoming, Number(headers["content-length"] ?? 0))
    : undefined;
  return await handle(await models, body, signal);
}

function address({ url, headers }: IncomingMessage): URL {
  const text = `http://${headers.host ?? "localhost"}${url ?? "/"}`;
  if (!URL.canParse(text)) throw new ApiError(400, `Cannot read the address ${JSON.stringify(text)}`);
  return new URL(text);
}

async function readJson(incoming: IncomingMessage, announced: number): Promise<unknown> {
  const tooLarge = new ApiError(413, `Cannot read a body of more than ${LARGEST_BODY} bytes`, {
    code: "body_too_large",
  });
  if (announced > LARGEST_BODY) throw tooLarge;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  try {
    for await (const part of incoming.iterator({ destroyOnReturn: false })) {
      bytes += part.length;
      if (bytes > LARGEST_BODY) throw tooLarge;
      text += decoder.decode(part, { stream: true });
    }
    return JSON.parse(text + decoder.decode());
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(
      400,
      `Cannot read the body as JSON: ${error instanceof Error ? error.message : error}`,
      {
        code: "invalid_json",
      },
    );
  }
}
