/** Where an endpoint is, how it is shown, and what must never be shown. */
export interface Address {
  /** The base address as it was given. */
  baseURL: string;
  /** The same without user, password and query. */
  shown: string;
  /** Headers of every request. */
  headers: Record<string, string>;
  /** Whether a key was given. */
  hasKey: boolean;
  /** A route's address. */
  at(path: string): string;
  /** A text without the key and the address's secrets. */
  mask(text: string): string;
}

/**
 * Read an endpoint's address and key.
 *
 * @throws {TypeError} If the address is no web address, or the key cannot stand in a header; neither is shown with its secrets.
 */
export function addressOf(given: string, key: string | undefined): Address {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    const shown = given.replace(/[^\s/]+@/g, "…@").replace(/\?.*$/s, "?…");
    throw new TypeError(
      `Cannot use an endpoint as its address must be a URL of http or https: current value is ${shown}`,
    );
  }
  const apiKey = key?.trim() || undefined;
  if (apiKey !== undefined && !/^[\x21-\x7e\xa0-\xff]+$/.test(apiKey)) {
    throw new TypeError(
      "Cannot use the key of an endpoint as it holds what no header can: a space, a line, a letter beyond Latin 1",
    );
  }
  const { username, password, searchParams, search } = url;
  const secrets = [apiKey, password, username && password ? username : "", ...searchParams.values()]
    .flatMap((secret) => secret ? [secret, decoded(secret), encodeURIComponent(secret)] : [])
    // What is shorter stands in ordinary words too.
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length);
  const basic = password || username ? btoa(`${decoded(username)}:${decoded(password)}`) : undefined;
  url.username =
    url.password =
    url.search =
    url.hash =
      "";
  url.pathname = url.pathname.replace(/\/+$/, "");
  const shown = url.href.replace(/\/$/, "");
  return {
    baseURL: given.trim(),
    shown,
    hasKey: apiKey !== undefined,
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(apiKey || !basic ? { authorization: `Bearer ${apiKey ?? "none"}` } : {}),
      ...(basic && !apiKey ? { authorization: `Basic ${basic}` } : {}),
    },
    at: (path) => `${path.startsWith("http") ? path : shown + path}${search}`,
    mask(text) {
      let masked = text.replace(credentials, "$1…@");
      for (const secret of secrets) masked = masked.replaceAll(secret, "…");
      return masked.replace(/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, "$1 …").replace(/\bsk-[\w-]{8,}/g, "sk-…");
    },
  };
}

const credentials = /(\w+:\/\/)[^\s/]+@/g;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
