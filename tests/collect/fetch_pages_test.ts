import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { isPrivateAddress, type Lookup } from "../../lib/collect/_address.ts";
import type { Clock } from "../../lib/collect/_fetcher.ts";
import { request } from "../../lib/collect/_request.ts";
import { fetchBy } from "../../lib/collect/fetch_pages.ts";
import {
  fetchPages,
  readWarc,
  readWarcDocuments,
  type WarcRecord,
  type WarcRecordToWrite,
  writeWarc,
} from "../../lib/collect/mod.ts";
import type { Drop } from "../../lib/data/mod.ts";
import { answer } from "./_warc.ts";

const folder = await Deno.makeTempDir();
const userAgent = "tea-lab/1.0 (+https://tea.example/bot)";
const place = () => `${folder}/${crypto.randomUUID()}.warc.gz`;

/** A site on this machine whose pages are given by path, and what it was asked. */
class Site implements AsyncDisposable {
  asked: { path: string; headers: Headers }[] = [];
  #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(pages: Record<string, (asked: Request) => Response | Promise<Response>>) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (asked) => {
      const path = asked.url.slice(new URL(asked.url).origin.length);
      this.asked.push({ path, headers: asked.headers });
      return pages[path]?.(asked) ?? new Response("nothing", { status: 404 });
    });
  }

  get paths(): string[] {
    return this.asked.map(({ path }) => path);
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#server.addr.port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

const html = (text: string, headers = {}) => () =>
  new Response(`<p>${text}`, { headers: { "Content-Type": "text/html", ...headers } });
const redirect = (to: string) => () => new Response(null, { status: 302, headers: { Location: to } });

/** A clock that goes only while someone waits, and what was waited for. */
function clockOf(): Clock & { waits: number[] } {
  let time = Date.UTC(2024, 0, 1);
  const waits: number[] = [];
  const wait = (milliseconds: number) => {
    time += milliseconds;
    if (milliseconds > 0) waits.push(milliseconds);
    return Promise.resolve();
  };
  return { now: () => time, wait, waits };
}

interface Fetched {
  report: Awaited<ReturnType<typeof fetchPages>>;
  drops: Drop[];
  waits: number[];
}

async function fetched(urls: string[], options: object): Promise<Fetched> {
  const clock = clockOf();
  const drops: Drop[] = [];
  const report = await fetchBy(clock, urls, {
    warc: place(),
    userAgent,
    allowPrivate: true,
    onDrop: (drop) => drops.push(drop),
    ...options,
  });
  return { report, drops, waits: clock.waits };
}

async function texts(warc: string): Promise<string[]> {
  return await Array.fromAsync(readWarcDocuments(warc, { html: { keep: "all" } }), ({ text }) => text);
}

Deno.test("fetchPages() stores requests and responses, redirects included, and the archive gives the pages", async () => {
  await using site = new Site({
    "/a?x=1": html("one"),
    "/b": redirect("/c"),
    "/c": () =>
      new Response(new Uint8Array(gzipSync("<p>two")), {
        headers: { "Content-Type": "text/html", "Content-Encoding": "gzip" },
      }),
  });
  const warc = place();
  const urls = [site.url("/a?x=1#part"), site.url("/a?x=1"), site.url("/b"), site.url("/gone")];
  const { report, waits } = await fetched(urls, { warc });
  assert.deepEqual(report, { fetched: 3, notModified: 0, alreadyStored: 0, dropped: {} });
  assert.deepEqual(site.paths, ["/robots.txt", "/a?x=1", "/b", "/c", "/gone"]);
  assert.deepEqual(waits, [1000, 1000, 1000]);
  assert(site.asked.every(({ headers }) => headers.get("user-agent") === userAgent));
  assert.deepEqual(await texts(warc), ["one", "two"]);
  const records = await Array.fromAsync(readWarc(warc));
  const exchange = ["request", "response"];
  assert.deepEqual(records.map(({ type }) => type), [
    "warcinfo",
    ...exchange,
    ...exchange,
    ...exchange,
    ...exchange,
  ]);
  assert.equal(records[1].url, site.url("/a?x=1"));
  assert.match(Buffer.from(records[1].content).toString(), /^GET \/a\?x=1 HTTP\/1\.1\r\nHost: 127/);
  assert.equal(records[2].headers["warc-concurrent-to"], records[1].id);
  assert.equal(new Set(records.map(({ id }) => id)).size, records.length);
});

Deno.test("fetchPages() goes on after a kill, and asks for nothing twice", async () => {
  await using site = new Site({
    "/a": html("one"),
    "/b": redirect("/c"),
    "/c": html("two"),
    "/d": html("three"),
  });
  const warc = place();
  const urls = ["/a", "/b", "/d"].map((path) => site.url(path));
  await fetched(urls.slice(0, 2), { warc });
  const whole = await Deno.readFile(warc);
  for (const cut of [whole.length - 1, whole.length - 60, 50]) {
    await Deno.writeFile(warc, whole.subarray(0, cut));
    if (cut === 50) {
      await assert.rejects(fetched(urls, { warc }), { name: "InvalidData", message: /has no end: byte 50$/ });
      continue;
    }
    site.asked = [];
    const { report } = await fetched(urls, { warc });
    assert.deepEqual(report, { fetched: 2, notModified: 0, alreadyStored: 1, dropped: {} });
    assert.deepEqual(site.paths, ["/robots.txt", "/c", "/d"]);
    assert.deepEqual(await texts(warc), ["one", "two", "three"]);
  }
  await Deno.writeFile(warc, whole);
  site.asked = [];
  await fetched(urls, { warc });
  const { report } = await fetched(urls, { warc });
  assert.deepEqual(report, { fetched: 0, notModified: 0, alreadyStored: 3, dropped: {} });
  assert.deepEqual(site.paths, ["/robots.txt", "/d"]);
});

Deno.test("fetchPages() asks on wish what has changed, and stores that alone", async () => {
  let version = 1;
  await using site = new Site({
    "/a": (asked) =>
      asked.headers.get("if-none-match") === `"${version}"`
        ? new Response(null, { status: 304, headers: { ETag: `"${version}"` } })
        : html(`version ${version}`, {
          ETag: `"${version}"`,
          "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT",
        })(),
  });
  const warc = place();
  const urls = [site.url("/a")];
  await fetched(urls, { warc });
  const same = await fetched(urls, { warc, refresh: true });
  assert.deepEqual(same.report, { fetched: 0, notModified: 1, alreadyStored: 0, dropped: {} });
  assert.equal(site.asked.at(-1)?.headers.get("if-modified-since"), "Mon, 01 Jan 2024 00:00:00 GMT");
  assert.equal((await Array.fromAsync(readWarc(warc))).at(-1)?.type, "revisit");
  version = 2;
  const changed = await fetched(urls, { warc, refresh: true });
  assert.equal(changed.report.fetched, 1);
  assert.deepEqual(await texts(warc), ["version 1", "version 2"]);
});

const robots: Record<string, [() => Response, string[], Record<string, number>, number[]]> = {
  "for all robots": [
    () => new Response("User-agent: *\nDisallow: /private\nAllow: /private/open\n"),
    ["/a", "/private/open"],
    { "robots.txt disallows": 1 },
    [1000],
  ],
  "for this robot alone": [
    () => new Response("User-agent: *\nDisallow: /\n\nUser-agent: Tea-Lab\nDisallow: /a$\nCrawl-delay: 7"),
    ["/private/x", "/private/open"],
    { "robots.txt disallows": 1 },
    [7000],
  ],
  "that asks for an hour": [
    () => new Response("User-agent: *\nCrawl-delay: 3600"),
    [],
    { "asked to wait over 60 seconds": 3 },
    [],
  ],
  "that fails": [() => new Response("", { status: 503 }), [], { "robots.txt: status 503": 3 }, []],
  "that is a redirect": [
    redirect("/rules") as () => Response,
    ["/private/x"],
    { "robots.txt disallows": 2 },
    [],
  ],
  "that is empty": [() => new Response(""), ["/a", "/private/x", "/private/open"], {}, [1000, 1000]],
};
for (const [name, [rules, paths, dropped, waits]] of Object.entries(robots)) {
  Deno.test(`fetchPages() keeps to a robots.txt ${name}`, async () => {
    await using site = new Site({
      "/robots.txt": rules,
      "/rules": () => new Response("user-agent: *\ndisallow: /a\ndisallow: *open"),
      "/a": html("a"),
      "/private/x": html("x"),
      "/private/open": html("open"),
    });
    const run = await fetched(["/a", "/private/x", "/private/open"].map((path) => site.url(path)), {});
    assert.deepEqual(site.paths.filter((path) => !/robots|rules/.test(path)), paths);
    assert.deepEqual(run.report.dropped, dropped);
    assert.deepEqual(run.waits, waits);
    assert(run.drops.every(({ stage, reason }) => stage === "collect/fetch" && reason in dropped));
  });
}

Deno.test("fetchPages() drops what fails, with its reason, and tries it again the next time", async () => {
  let broken = true;
  await using site = new Site({
    "/busy": () =>
      broken ? new Response("", { status: 429, headers: { "Retry-After": "5" } }) : html("free")(),
    "/loop": redirect("/loop"),
    "/file": redirect("file:///etc/passwd"),
  });
  const warc = place();
  const urls = [
    site.url("/busy"),
    site.url("/loop"),
    site.url("/file"),
    "http://127.0.0.1:1/",
    "file:///etc/passwd",
    "http://user:word@127.0.0.1/",
    "tea",
  ];
  const run = await fetched(urls, { warc, maxRedirects: 2, delaySeconds: 0 });
  assert.deepEqual(run.report.dropped, {
    "status 429": 1,
    "more than 2 redirects": 1,
    "redirected to no address of HTTP": 1,
    "robots.txt: no connection": 1,
    "not an address of HTTP": 3,
  });
  assert.deepEqual(run.waits, [5000]);
  broken = false;
  const again = await fetched(urls.slice(0, 1), { warc });
  assert.equal(again.report.fetched, 1);
  assert.deepEqual(await texts(warc), ["free"]);
});

Deno.test("fetchPages() cuts what is too long, and marks it so", async () => {
  await using site = new Site({ "/long": html("tea ".repeat(10_000)) });
  const warc = place();
  await fetched([site.url("/long")], { warc, maxBytes: 1000 });
  const [document] = await Array.fromAsync(readWarcDocuments(warc, { html: { keep: "all" } }));
  assert.equal(document.meta.truncated, "length");
  assert.equal(document.text.length, 997);
});

Deno.test("fetchPages() waits no longer for an answer than it may", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  {
    await using site = new Site({ "/robots.txt": () => new Response(""), "/slow": () => promise });
    const run = await fetched([site.url("/slow")], { timeoutSeconds: 0.2 });
    resolve(new Response(""));
    assert.deepEqual(run.report.dropped, { "no answer in 0.2 seconds": 1 });
  }
});

Deno.test("fetchPages() asks several servers at once, each one at a time", async () => {
  let both = 0;
  const gate = Promise.withResolvers<void>();
  const meet = async () => {
    if (++both === 2) gate.resolve();
    await gate.promise;
    return html("met")();
  };
  await using one = new Site({ "/": meet });
  await using two = new Site({ "/": meet });
  const run = await fetched([one.url("/"), two.url("/")], { workers: 2 });
  assert.equal(run.report.fetched, 2);
});

Deno.test("an address of this machine or a private network is refused, and so is a name that leads there", async () => {
  const inner = [
    "127.0.0.1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:10.0.0.1",
    "fd00::1",
    "fe80::1",
    "64:ff9b::7f00:1",
  ];
  assert.deepEqual(inner.filter((address) => !isPrivateAddress(address)), []);
  assert.deepEqual(["8.8.8.8", "172.32.0.1", "2606:4700::1"].filter(isPrivateAddress), []);
  await using site = new Site({ "/a": html("secret") });
  const { port } = new URL(site.url("/"));
  const hosts = ["127.0.0.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "localhost"];
  const run = await fetched(hosts.map((host) => `http://${host}:${port}/a`), { allowPrivate: false });
  assert.equal(
    run.report.dropped["private address"],
    new Set(hosts.map((host) => new URL(`http://${host}`).host)).size,
  );
  assert.deepEqual(site.paths, []);
  const limits = { userAgent, maxBytes: 100, timeoutSeconds: 5 };
  const lookup: Lookup = (_, __, done) =>
    done(null, [{ address: "93.184.215.14", family: 4 }, { address: "127.0.0.1", family: 4 }]);
  const url = new URL(`http://tea.example:${port}/a`);
  assert.equal(await request(url, { ...limits, allowPrivate: false, lookup }), "private address");
  const local: Lookup = (_, __, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);
  const answer = await request(url, { ...limits, allowPrivate: true, lookup: local });
  assert.equal(typeof answer === "string" ? answer : answer.status, 200);
});

Deno.test("fetchPages() writes no file that is no archive, nor one that another is writing", async () => {
  const page = place();
  await Deno.writeTextFile(page, "<p>a page");
  await assert.rejects(fetchPages([], { warc: page, userAgent }), { name: "InvalidData" });
  assert.equal(await Deno.readTextFile(page), "<p>a page");
  const warc = place();
  using file = await Deno.open(warc, { write: true, create: true });
  await file.lock(true);
  await assert.rejects(fetchPages([], { warc, userAgent }), {
    name: "Busy",
    message: /another process writes it/,
  });
});

Deno.test("writeWarc() writes what readWarc() reads, the same bytes for the same records, and parts as they were", async () => {
  const content = answer("<p>tea");
  const own: WarcRecordToWrite[] = [
    { type: "response", url: "http://a.example/", date: "2024-01-01T00:00:00Z", content },
    { type: "metadata", date: "2024-01-01", content: new Uint8Array(), headers: { "X-Tea": "green" } },
  ];
  const [plain, packed, again] = ["a.warc", "b.warc.gz", "c.warc.gz"].map((name) => `${folder}/${name}`);
  assert.equal(await writeWarc(plain, own), 2);
  await writeWarc(packed, own);
  const known = ({ offset: _, ...record }: WarcRecord) => record;
  const read = await Array.fromAsync(readWarc(plain));
  assert.deepEqual(read.map(known), (await Array.fromAsync(readWarc(packed))).map(known));
  assert.deepEqual(Buffer.from(read[0].content), content);
  assert.equal(read[1].headers["x-tea"], "green");
  await writeWarc(again, readWarc(packed));
  assert.deepEqual(await Deno.readFile(again), await Deno.readFile(packed));
  const text = await Deno.readTextFile(plain);
  assert.match(text, /^WARC\/1\.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:[\da-f-]{36}>\r\n/);
  assert.match(text, /\r\nWARC-Block-Digest: sha1:[A-Z2-7]{32}\r\n/);
});

Deno.test("writeWarc() writes nothing where a record is wrong", async () => {
  const good = { type: "metadata", date: "2024-01-01", content: new Uint8Array(1) };
  const path = `${folder}/none.warc`;
  for (
    const [wrong, message] of [
      [{ ...good, date: "yesterday" }, /date must be a time of ISO 8601/],
      [{ ...good, url: "http://a/\r\nWARC-Type: response" }, /its fields must be of one line/],
      [{ ...good, headers: { "A: b\nC": "d" } }, /its fields must be of one line/],
    ] as const
  ) {
    await assert.rejects(writeWarc(path, [good, wrong]), { name: "RangeError", message });
    await assert.rejects(Deno.stat(path));
  }
});
