import type { OnDrop } from "../data/mod.ts";
import { documentId } from "../data/mod.ts";
import { type Answer, request, type RequestLimits } from "./_request.ts";
import { readRobots, type Robots } from "./_robots.ts";
import type { Stored, WarcFile } from "./_warc_file.ts";
import { idOf, sha1, type WarcRecordToWrite } from "./write_warc.ts";

/** The time, and a way to let it pass; a test has its own. */
export interface Clock {
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

/** The limits of a crawl. */
export interface CrawlLimits extends RequestLimits {
  delaySeconds: number;
  maxDelaySeconds: number;
  maxRedirects: number;
  refresh: boolean;
}

/** What became of the addresses of `fetchPages`. */
export interface FetchReport {
  /** The addresses whose answer is stored now, the pages of errors included. */
  fetched: number;
  /** The addresses that have not changed since they were stored. */
  notModified: number;
  /** The addresses that the archive had already. */
  alreadyStored: number;
  /** How many were not stored, by reason. */
  dropped: Record<string, number>;
}

/** What is known of a server, and the turn of each who asks it. */
interface Site {
  robots: Promise<Robots>;
  /** When it may be asked next, in milliseconds. */
  next: number;
  turn: Promise<unknown>;
}

/** Fetches addresses into an archive, each server at its own pace. */
export class Fetcher {
  counts: FetchReport = { fetched: 0, notModified: 0, alreadyStored: 0, dropped: {} };
  #sites = new Map<string, Site>();
  #archive: WarcFile;
  #limits: CrawlLimits;
  #clock: Clock;
  #onDrop: OnDrop | undefined;
  #path: string;

  constructor(
    { archive, path, limits, clock, onDrop }: {
      archive: WarcFile;
      path: string;
      limits: CrawlLimits;
      clock: Clock;
      onDrop?: OnDrop | undefined;
    },
  ) {
    this.#archive = archive;
    this.#path = path;
    this.#limits = limits;
    this.#clock = clock;
    this.#onDrop = onDrop;
  }

  /** Fetch an address and where it leads, and store what comes. */
  async fetch(address: string): Promise<void> {
    let url = address;
    let asked = false;
    for (let hop = 0; hop <= this.#limits.maxRedirects; hop++) {
      const parsed = URL.canParse(url) ? new URL(url) : undefined;
      if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) {
        return this.drop(address, hop === 0 ? "not an address of HTTP" : "redirected to no address of HTTP");
      }
      parsed.hash = "";
      const stored = this.#archive.stored.get(parsed.href);
      let location = stored?.location;
      if (stored && !this.#limits.refresh) {
        if (location === undefined) {
          this.counts[asked ? "fetched" : "alreadyStored"]++;
          return;
        }
      } else {
        const answer = await this.#ask(parsed, stored);
        asked = true;
        if (typeof answer === "string") return this.drop(address, answer);
        if (answer.status === 304) {
          this.counts.notModified++;
          return;
        }
        location = answer.status >= 300 && answer.status <= 399 ? answer.headers.location : undefined;
        if (location === undefined) {
          this.counts.fetched++;
          return;
        }
      }
      url = URL.canParse(location, parsed) ? new URL(location, parsed).href : location;
    }
    this.drop(address, `more than ${this.#limits.maxRedirects} redirects`);
  }

  drop(url: string, reason: string): void {
    this.counts.dropped[reason] = (this.counts.dropped[reason] ?? 0) + 1;
    const id = documentId("web", url);
    this.#onDrop?.({ id, source: this.#path, stage: "collect/fetch", reason, excerpt: url.slice(0, 200) });
  }

  /** Ask a server when it may be asked, and store what it answers: the answer, or why there is none to keep. */
  async #ask(url: URL, stored: Stored | undefined): Promise<Answer | string> {
    const site = this.#siteOf(url.origin);
    const asked = site.turn.then(async () => {
      const robots = await site.robots;
      const refused = robots.refuses(url);
      if (refused !== undefined) return refused;
      const delay = 1000 * Math.max(this.#limits.delaySeconds, robots.delaySeconds);
      const wait = Math.max(site.next - this.#clock.now(), 0);
      if (Math.max(delay, wait) > 1000 * this.#limits.maxDelaySeconds) {
        return `asked to wait over ${this.#limits.maxDelaySeconds} seconds`;
      }
      await this.#clock.wait(wait);
      const answer = await request(url, this.#limits, {
        ...stored?.etag !== undefined && { "If-None-Match": stored.etag },
        ...stored?.lastModified !== undefined && { "If-Modified-Since": stored.lastModified },
      });
      site.next = this.#clock.now() + delay;
      if (typeof answer === "string") return answer;
      const later = this.#retryAfter(answer);
      site.next = Math.max(site.next, this.#clock.now() + later);
      // What a server cannot give now it may give another time.
      if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
        return `status ${answer.status}`;
      }
      await this.#archive.append(this.#recordsOf(url.href, answer, stored));
      return answer;
    });
    site.turn = asked.catch(() => {});
    return await asked;
  }

  #retryAfter({ headers: { "retry-after": after = "" } }: Answer): number {
    if (/^\d+$/.test(after)) return 1000 * Number(after);
    const at = Date.parse(after);
    return Number.isNaN(at) ? 0 : Math.max(at - this.#clock.now(), 0);
  }

  #siteOf(origin: string): Site {
    let site = this.#sites.get(origin);
    if (!site) {
      site = { robots: readRobots(origin, this.#limits), next: 0, turn: Promise.resolve() };
      this.#sites.set(origin, site);
    }
    return site;
  }

  #recordsOf(url: string, answer: Answer, stored: Stored | undefined): WarcRecordToWrite[] {
    const date = secondOf(this.#clock.now());
    const request = idOf(`request\n${url}\n${date}`);
    const asked = {
      type: "request",
      url,
      date,
      id: request,
      content: answer.request,
      headers: { "Content-Type": "application/http;msgtype=request" },
    };
    const headers = {
      "Content-Type": "application/http;msgtype=response",
      "WARC-Concurrent-To": request,
      "WARC-Payload-Digest": `sha1:${sha1(answer.body)}`,
    };
    const common = { url, date, content: answer.response, ...answer.cut && { truncated: "length" } };
    if (answer.status !== 304 || !stored) return [asked, { type: "response", ...common, headers }];
    return [asked, {
      type: "revisit",
      ...common,
      headers: {
        ...headers,
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
        "WARC-Refers-To-Target-URI": url,
        "WARC-Refers-To-Date": stored.date,
      },
    }];
  }
}

/** A time as archives write it, to the second. */
export function secondOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+/, "");
}
