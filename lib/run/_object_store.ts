import { AwsClient } from "aws4fetch";
import { createWriteStream } from "node:fs";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { must, ofKind } from "../base/mod.ts";
import type { Store } from "./store.ts";

/** A file is sent in parts of so many bytes; also the most that is held in memory. */
const PART_BYTES = 64 << 20;

/**
 * A bucket of an object store as a store, by S3's protocol; {@linkcode openStore} says by which variables.
 *
 * What two may write at once is written under the condition that it is not there (`If-None-Match: *`). The store is asked
 * first whether it keeps to it, by writing one object twice, and refused if it does not: there two workers could both win.
 *
 * @param address `s3://BUCKET/PREFIX`.
 * @throws {RangeError} If the address is none, a variable is missing, or the store does not keep to the condition.
 * @throws {Error} If the store refuses: its status and its word for it.
 */
export async function objectStore(address: string): Promise<Store> {
  const cannot = "Cannot open an object store";
  ofKind(cannot, { address }, "a text");
  const [, bucket, prefix] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)\/(.+?)\/*$/.exec(address) ?? [];
  must(cannot, "address must be s3://BUCKET/PREFIX", address, bucket !== undefined);
  const store = new Bucket(address, baseOf(cannot, bucket), prefix);
  await store.probe();
  return store;
}

function baseOf(cannot: string, bucket: string): { client: AwsClient; base: string } {
  const said = (name: string) => Deno.env.get(name) || undefined;
  const [accessKeyId, secretAccessKey] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map((name) => {
    const value = said(name);
    must(cannot, `${name} must be set`, "nothing", value !== undefined);
    return value!;
  });
  const region = said("AWS_REGION") ?? said("AWS_DEFAULT_REGION") ?? "us-east-1";
  const sessionToken = said("AWS_SESSION_TOKEN");
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    region,
    service: "s3",
    retries: 5,
    ...sessionToken === undefined ? {} : { sessionToken },
  });
  const endpoint = said("AWS_ENDPOINT_URL_S3") ?? said("AWS_ENDPOINT_URL");
  const base = endpoint === undefined
    ? `https://${bucket}.s3.${region}.amazonaws.com`
    : `${endpoint.replace(/\/+$/, "")}/${bucket}`;
  return { client, base };
}

class Bucket implements Store {
  readonly #client: AwsClient;
  readonly #base: string;

  constructor(
    readonly address: string,
    { client, base }: { client: AwsClient; base: string },
    readonly prefix: string,
  ) {
    this.#client = client;
    this.#base = base;
  }

  /** Throw unless the store keeps to the condition that everything hangs on. */
  async probe(): Promise<void> {
    const key = `.probe-${crypto.randomUUID()}`;
    const made = [await this.create(key, "1"), await this.create(key, "2")];
    await this.remove(key);
    if (made[0] && !made[1]) return;
    throw new RangeError(
      `Cannot keep a plan in ${this.address} as its store must refuse what is written under If-None-Match and is there ` +
        "already: it took it twice, so that two workers could both win",
    );
  }

  async read(key: string): Promise<string | undefined> {
    const response = await this.#ask("GET", key, {}, [404]);
    const text = await response.text();
    return response.status === 404 ? undefined : text;
  }

  async create(key: string, content: string): Promise<boolean> {
    const headers = { "If-None-Match": "*" };
    for (let tries = 0;; tries++) {
      const { status } = await this.#done("PUT", key, { body: content, headers }, [409, 412]);
      if (status === 412) return false;
      // Another is writing in this moment: whether it wins shows the next try.
      if (status !== 409 || tries === 20) return status !== 409;
      await new Promise((resolve) => setTimeout(resolve, 50 * (tries + 1)));
    }
  }

  async write(key: string, content: string): Promise<void> {
    await this.#done("PUT", key, { body: content });
  }

  async names(key: string): Promise<string[]> {
    const folder = key === "" ? "" : `${key}/`;
    const names = (await this.#list(folder, "/")).map((path) => path.slice(folder.length).replace(/\/$/, ""));
    return names.filter((name) => !name.startsWith(".")).sort();
  }

  async remove(key: string): Promise<void> {
    await this.#done("DELETE", key, {}, [404]);
    for (const below of await this.#list(`${key}/`)) await this.#done("DELETE", below, {}, [404]);
  }

  open(): Promise<string> {
    return Deno.makeTempDir({ prefix: "midtrain-shard-" });
  }

  async keep(key: string, folder: string): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const [path, into] = [join(folder, name), `${key}/${name}`];
      if (isDirectory) await this.keep(into, path);
      else await this.#send(into, path);
    }
  }

  async close(folder: string): Promise<void> {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }

  async fetch(key: string, folder: string): Promise<string> {
    await Deno.mkdir(folder, { recursive: true });
    const path = join(folder, basename(key));
    const { body } = await this.#ask("GET", key);
    if (body) await pipeline(Readable.fromWeb(body as never), createWriteStream(path));
    else await Deno.writeFile(path, new Uint8Array());
    return path;
  }

  /** Send a file: whole where it is small, else in parts. */
  async #send(key: string, path: string): Promise<void> {
    const { size } = await Deno.stat(path);
    if (size <= PART_BYTES) {
      await this.#done("PUT", key, { body: await Deno.readFile(path) });
      return;
    }
    const begun = await (await this.#ask("POST", key, {}, [], new URLSearchParams({ uploads: "" }))).text();
    const [, id] = /<UploadId>([^<]+)<\/UploadId>/.exec(begun) ?? [];
    const parts: string[] = [];
    using file = await Deno.open(path);
    for (let at = 0; at < size; at += PART_BYTES) {
      const body = new Uint8Array(Math.min(PART_BYTES, size - at));
      for (let n = 0; n < body.length;) n += await file.read(body.subarray(n)) ?? body.length;
      const number = parts.length + 1;
      const part = new URLSearchParams({ partNumber: `${number}`, uploadId: id });
      const { headers } = await this.#done("PUT", key, { body }, [], part);
      parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${headers.get("etag")}</ETag></Part>`);
    }
    const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
    await this.#done("POST", key, { body }, [], new URLSearchParams({ uploadId: id }));
  }

  /** The keys that begin so, without the store's prefix; those of folders where a delimiter is given. */
  async #list(begin: string, delimiter?: string): Promise<string[]> {
    const keys: string[] = [];
    const root = `${this.prefix}/`;
    for (let token: string | undefined = ""; token !== undefined;) {
      const query: URLSearchParams = new URLSearchParams({
        "list-type": "2",
        "encoding-type": "url",
        prefix: root + begin,
        ...delimiter === undefined ? {} : { delimiter },
        ...token === "" ? {} : { "continuation-token": token },
      });
      const text: string = await (await this.#ask("GET", undefined, {}, [], query)).text();
      // The listing names the prefix that was asked for, too, outside of CommonPrefixes.
      for (
        const [, key, folder] of text.matchAll(/<Key>([^<]*)<\/Key>|<CommonPrefixes>\s*<Prefix>([^<]*)/g)
      ) {
        keys.push(decodeURIComponent((key ?? folder).replaceAll("+", " ")).slice(root.length));
      }
      token = /<NextContinuationToken>([^<]*)</.exec(text)?.[1];
    }
    return keys;
  }

  /** A request whose answer is read and done with. */
  async #done(
    method: string,
    key: string,
    init: RequestInit = {},
    allowed: readonly number[] = [],
    query?: URLSearchParams,
  ): Promise<Response> {
    const response = await this.#ask(method, key, init, allowed, query);
    await response.body?.cancel();
    return response;
  }

  /** A request to a key, or to the bucket. */
  async #ask(
    method: string,
    key: string | undefined,
    init: RequestInit = {},
    allowed: readonly number[] = [],
    query?: URLSearchParams,
  ): Promise<Response> {
    const said = key === undefined
      ? ""
      : `/${this.prefix}/${key}`.split("/").map(encodeURIComponent).join("/");
    const path = query === undefined ? said : `${said}?${query}`;
    let response: Response;
    try {
      response = await this.#client.fetch(this.#base + path, { method, ...init });
    } catch (error) {
      throw Object.assign(new Error(`Cannot reach the store of ${this.address}`, { cause: error }), {
        code: "ECONNREFUSED",
      });
    }
    if (response.ok || allowed.includes(response.status)) return response;
    const [, word] = /<Code>([^<]+)<\/Code>/.exec(await response.text()) ?? [];
    const why = word ?? response.statusText;
    throw Object.assign(
      new Error(`Cannot use ${this.address} as its store answers ${method} with ${response.status} ${why}`),
      { code: response.status === 403 ? "EACCES" : response.status >= 500 ? "EIO" : "" },
    );
  }
}
