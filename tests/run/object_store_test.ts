import assert from "node:assert/strict";
import { planStatus, runPlan } from "../../lib/run/mod.ts";
import { objectStore } from "../../lib/run/_object_store.ts";
import { filesOfDocuments, fresh, having, plan } from "./_plan.ts";

const base = await filesOfDocuments();

/** What S3 does of what a plan needs; `careless` takes what is there already, as stores did before they knew conditions. */
function bucket({ careless = false, status = 200, page = 1000 } = {}) {
  const objects = new Map<string, Uint8Array>();
  const parts = new Map<string, Map<number, Uint8Array>>();
  const error = (status: number, code: string) =>
    new Response(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`, { status });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const url = new URL(request.url);
    const key = decodeURIComponent(url.pathname.replace(/^\/bkt\/?/, ""));
    if (!url.pathname.startsWith("/bkt")) return error(404, "NoSuchBucket");
    if (status !== 200) return error(status, "AccessDenied");
    assert.match(request.headers.get("authorization") ?? "", /^AWS4-HMAC-SHA256 Credential=reader\//);
    const body = new Uint8Array(await request.arrayBuffer());
    const upload = url.searchParams.get("uploadId");
    if (request.method === "POST" && url.searchParams.has("uploads")) {
      parts.set(key, new Map());
      return new Response(
        `<InitiateMultipartUploadResult><UploadId>${key}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (upload !== null && request.method === "PUT") {
      parts.get(upload)!.set(Number(url.searchParams.get("partNumber")), body);
      return new Response(null, { headers: { etag: '"1"' } });
    }
    if (upload !== null) {
      const all = [...parts.get(upload)!].sort(([a], [b]) => a - b).map(([, part]) => part);
      objects.set(key, new Uint8Array(await new Blob(all as BlobPart[]).arrayBuffer()));
      return new Response("<CompleteMultipartUploadResult/>");
    }
    if (request.method === "PUT") {
      if (request.headers.get("if-none-match") === "*" && objects.has(key) && !careless) {
        return error(412, "PreconditionFailed");
      }
      objects.set(key, body);
      return new Response(null);
    }
    if (request.method === "DELETE") {
      objects.delete(key);
      return new Response(null, { status: 204 });
    }
    if (key === "") return list(url.searchParams);
    const found = objects.get(key);
    return found ? new Response(found as BodyInit) : error(404, "NoSuchKey");
  });
  const list = (query: URLSearchParams) => {
    const [prefix, delimiter] = [query.get("prefix")!, query.get("delimiter")];
    const found = new Set<string>();
    for (const key of objects.keys()) {
      if (!key.startsWith(prefix)) continue;
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      found.add(end < 0 ? key : key.slice(0, end + 1));
    }
    const from = Number(query.get("continuation-token") ?? 0);
    const all = [...found].sort();
    const lines = all.slice(from, from + page).map((key) =>
      key.endsWith("/")
        ? `<CommonPrefixes><Prefix>${encodeURIComponent(key)}</Prefix></CommonPrefixes>`
        : `<Contents><Key>${encodeURIComponent(key)}</Key></Contents>`
    );
    const next = from + page < all.length
      ? `<NextContinuationToken>${from + page}</NextContinuationToken>`
      : "";
    return new Response(
      `<ListBucketResult><Prefix>${prefix}</Prefix>${next}${lines.join("")}</ListBucketResult>`,
    );
  };
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${server.addr.port}`,
    AWS_ACCESS_KEY_ID: "reader",
    AWS_SECRET_ACCESS_KEY: "secret-of-the-reader",
  };
  return { env, objects, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("a plan in an object store has the bytes of one in a folder", async () => {
  await using store = bucket({ page: 3 });
  const folder = await fresh();
  const here = await runPlan(plan, { folder, base, workers: 2 });
  const there = await having(
    store.env,
    () => runPlan(plan, { folder: "s3://bkt/runs/one", base, workers: 2 }),
  );
  assert.deepEqual(there.map(({ merged }) => merged), here.map(({ merged }) => merged));
  const [{ merged }] = here;
  const { shard, name } = merged.outputs[0];
  assert.deepEqual(
    store.objects.get(`runs/one/${merged.folder}/shards/0000${shard}/1/out/${name}`),
    await Deno.readFile(`${folder}/${merged.folder}/out/0000${shard}/${name}`),
  );
  const status = await having(store.env, () => planStatus("s3://bkt/runs/one"));
  assert.deepEqual(status.stages.map(({ done, merged }) => [done, merged]), [[7, true], [7, true]]);
});

Deno.test("of many that make one object one does, and names are those of its folder", async () => {
  await using server = bucket({ page: 2 });
  const store = await having(server.env, () => objectStore("s3://bkt/a/b/"));
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, i) => store.create("done/0 &+%.json", `${i}`)),
  );
  assert.equal(made.filter(Boolean).length, 1);
  assert.equal(await store.read("done/0 &+%.json"), `${made.indexOf(true)}`);
  for (const key of ["done/1.json", "done/2/x", "done/3.json", "other"]) await store.write(key, "x");
  assert.deepEqual(await store.names("done"), ["0 &+%.json", "1.json", "2", "3.json"]);
  await store.remove("done");
  assert.deepEqual([await store.names("done"), await store.names("")], [[], ["other"]]);
  assert.deepEqual([...server.objects.keys()], ["a/b/other"]);
});

Deno.test("a large file goes in parts, and comes back whole", async () => {
  await using server = bucket();
  const store = await having(server.env, () => objectStore("s3://bkt/a"));
  const folder = await store.open("shards/0/1");
  const large = new Uint8Array((64 << 20) + 5).fill(7);
  await Deno.mkdir(`${folder}/out`);
  await Deno.writeFile(`${folder}/out/large.bin`, large);
  await store.keep("shards/0/1", folder);
  await store.close(folder);
  const back = await store.fetch("shards/0/1/out/large.bin", await Deno.makeTempDir());
  const { size } = await Deno.stat(back);
  assert.deepEqual([size, (await Deno.readFile(back)).at(-1)], [large.length, 7]);
});

Deno.test("a store that lets two win, none that is there, and one without permission are refused in a sentence", async () => {
  await using careless = bucket({ careless: true });
  const open = (env: Record<string, string>, address = "s3://bkt/a") =>
    having(env, () => objectStore(address));
  await assert.rejects(open(careless.env), {
    message:
      "Cannot keep a plan in s3://bkt/a as its store must refuse what is written under If-None-Match and is there already: " +
      "it took it twice, so that two workers could both win",
  });
  await assert.rejects(open(careless.env, "s3://nowhere/a"), {
    message: "Cannot use s3://nowhere/a as its store answers PUT with 404 NoSuchBucket",
  });
  await using closed = bucket({ status: 403 });
  await assert.rejects(open(closed.env), {
    message: "Cannot use s3://bkt/a as its store answers PUT with 403 AccessDenied",
  });
  await assert.rejects(open({ ...closed.env, AWS_SECRET_ACCESS_KEY: "" }), {
    message: "Cannot open an object store as AWS_SECRET_ACCESS_KEY must be set: current value is nothing",
  });
});
