import { each, inRange, must, ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { OnDrop } from "../data/mod.ts";
import { type Clock, Fetcher, type FetchReport, secondOf } from "./_fetcher.ts";
import { WarcFile } from "./_warc_file.ts";

/** Options of {@linkcode fetchPages}. */
export interface FetchOptions {
  /** The web archive that is written, whose name ends in `.gz`; one that is there already is gone on with. */
  warc: string;
  /** Who asks, a name and how to reach you, for example `tea-lab/1.0 (+https://tea.example/bot)`. */
  userAgent: string;
  /** The least time between two requests of one server; a longer one that its robots.txt asks for holds. @default {1} */
  delaySeconds?: number;
  /** The longest time that is waited for a server; pages of one that asks for more are dropped. @default {60} */
  maxDelaySeconds?: number;
  /** How many servers are asked at once. @default {8} */
  workers?: number;
  /** The longest body that is stored, in bytes; what is longer is cut, and marked so. @default {8388608} */
  maxBytes?: number;
  /** The time that an answer may take, in seconds. @default {30} */
  timeoutSeconds?: number;
  /** How many redirects are followed. @default {5} */
  maxRedirects?: number;
  /** Ask again for what the archive has, whether it has changed since (by `ETag` and `Last-Modified`). @default {false} */
  refresh?: boolean;
  /** Whether addresses of this machine and of private networks may be asked. @default {false} */
  allowPrivate?: boolean;
  /** Called with each address of which nothing was stored, and why. */
  onDrop?: OnDrop;
}

const names =
  "warc, userAgent, delaySeconds?, maxDelaySeconds?, workers?, maxBytes?, timeoutSeconds?, maxRedirects?, refresh?, allowPrivate?, onDrop?";

/**
 * Fetch a list of pages into a web archive, politely: as each server's robots.txt allows (RFC 9309), one request at a time
 * and server with a pause between, under your own name. {@linkcode readWarcDocuments} gives the pages as Documents.
 *
 * The archive holds each request and response as sent, redirects included. After a kill the same call goes on: what the
 * archive has is not asked for again, nor after a whole run, unless `refresh` asks whether it has changed. Errors of the
 * server (5xx, 429) and failed connections are dropped, and tried in the next run.
 *
 * Addresses of private networks are refused, also where a name or a redirect leads there.
 *
 * @throws {TypeError} If `warc` or `userAgent` is not given.
 * @throws {RangeError} If an option is out of range.
 * @throws {Deno.errors.InvalidData} If the archive is damaged, or no archive.
 * @throws {Deno.errors.Busy} If another process writes the archive.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fetchPages } from "midtrain/collect";
 *
 * const warc = `${await Deno.makeTempDir()}/pages.warc.gz`;
 * const userAgent = "tea-lab/1.0 (+https://tea.example/bot)";
 * const { dropped } = await fetchPages(["http://127.0.0.1/", "ftp://tea.example/"], { warc, userAgent });
 * assert.deepEqual(dropped, { "private address": 1, "not an address of HTTP": 1 });
 * ```
 */
export function fetchPages(
  urls: AsyncIterable<string> | Iterable<string>,
  options: FetchOptions,
): Promise<FetchReport> {
  const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  return fetchBy({ now: Date.now, wait }, urls, options);
}

/** {@linkcode fetchPages} by a clock. */
export async function fetchBy(
  clock: Clock,
  urls: AsyncIterable<string> | Iterable<string>,
  options: FetchOptions,
): Promise<FetchReport> {
  const cannot = "Cannot fetch pages";
  takes(cannot, options, names);
  const {
    warc,
    userAgent,
    delaySeconds = 1,
    maxDelaySeconds = 60,
    workers = 8,
    maxBytes = 8 << 20,
    timeoutSeconds = 30,
    maxRedirects = 5,
    refresh = false,
    allowPrivate = false,
    onDrop,
  } = options;
  ofKind(cannot, { warc, userAgent }, "a text");
  must(cannot, "warc must end in .gz", warc, /\.gz$/i.test(warc));
  const named = /^[A-Za-z_-]+(?:\/[\w.-]+)? \([\x20-\x7e]+\)$/.test(userAgent);
  must(
    cannot,
    "userAgent must be a name and how to reach you, as in tea-lab/1.0 (+https://tea.example/bot)",
    userAgent,
    named,
  );
  inRange(cannot, { delaySeconds }, ">= 0");
  inRange(cannot, { maxDelaySeconds }, `>= ${delaySeconds}`);
  inRange(cannot, { timeoutSeconds }, "> 0");
  wholeNumber(cannot, { workers, maxBytes }, ">= 1");
  wholeNumber(cannot, { maxRedirects }, ">= 0");
  const sites = new Map<string, Set<string>>();
  for await (const url of each(cannot, { urls }, "a text")) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed) parsed.hash = "";
    const site = parsed?.origin ?? "";
    sites.set(site, (sites.get(site) ?? new Set()).add(parsed?.href ?? url));
  }
  const archive = await WarcFile.open(warc);
  try {
    const limits = {
      userAgent,
      delaySeconds,
      maxDelaySeconds,
      maxBytes,
      timeoutSeconds,
      maxRedirects,
      refresh,
      allowPrivate,
    };
    if (archive.isNew) {
      const content = new TextEncoder().encode(
        `software: midtrain\r\nformat: WARC File Format 1.1\r\nhttp-header-user-agent: ${userAgent}\r\nrobots: obey\r\n`,
      );
      const date = secondOf(clock.now());
      const headers = { "Content-Type": "application/warc-fields" };
      await archive.append([{ type: "warcinfo", date, content, headers }]);
    }
    const fetcher = new Fetcher({ archive, path: warc, limits, clock, onDrop });
    const queue = sites.values();
    const worker = async () => {
      for (const site of queue) for (const url of site) await fetcher.fetch(url);
    };
    await Promise.all(Array.from({ length: workers }, worker));
    return fetcher.counts;
  } finally {
    await archive.close();
  }
}
