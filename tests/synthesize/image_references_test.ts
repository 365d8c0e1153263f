import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256 } from "../../lib/base/mod.ts";
import {
  type Answer,
  describeImage,
  type Document,
  type Drop,
  type ImageReference,
  imageReferences,
  imageUrl,
  Random,
  synthesize,
} from "../../lib/synthesize/mod.ts";
import { answer, open, scripted } from "./_server.ts";

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);
const page = (image: unknown, text = "Figure 3: losses", id = "1"): Document => ({
  id,
  text,
  source: "paper",
  meta: { image: image as string },
});

async function refer(documents: Document[], options = {}): Promise<[ImageReference[], string[]]> {
  const dropped: Drop[] = [];
  const onDrop = (drop: Drop) => dropped.push(drop);
  const kept = await Array.fromAsync(imageReferences(documents, { ...options, onDrop }));
  return [kept.map(({ meta }) => meta.image as ImageReference), dropped.map(({ reason }) => reason)];
}

Deno.test("imageReferences() refers to files and addresses by their hash, and drops what is no image or lies elsewhere", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const inside = join(folder, "figures");
    await Deno.mkdir(inside);
    await Deno.writeFile(join(inside, "3.png"), png);
    await Deno.writeTextFile(join(inside, "passwd.png"), "root:x:0:0");
    await Deno.writeFile(join(folder, "secret.png"), png);
    await Deno.symlink(join(folder, "secret.png"), join(inside, "link.png"));
    const local = [
      "3.png",
      "4.png",
      "passwd.png",
      "../secret.png",
      join(folder, "secret.png"),
      "link.png",
      ".",
      "file:///etc/passwd",
      "",
      3,
    ];
    const [kept, dropped] = await refer(local.map((image) => page(image)), { folder: inside });
    assert.deepEqual(kept, [{
      sha256: sha256(png),
      type: "image/png",
      path: await Deno.realPath(join(inside, "3.png")),
    }]);
    assert.deepEqual(dropped, [
      "image cannot be read",
      "no image by its bytes",
      "image outside of the folder",
      "image outside of the folder",
      "image outside of the folder",
      "image cannot be read",
      "image outside of the folder",
      "no image",
      "no image",
    ]);
    assert.deepEqual(await refer([page("3.png")]), [[], ["image outside of the folder"]]);
    const data = imageUrl(png, "image/png");
    assert.deepEqual(await refer([page(data)]), [[], ["inlined image and no folder"]]);
    const [[written]] = await refer([page(data)], { folder: inside });
    assert.deepEqual(await Deno.readFile(written.path!), png);

    const fetch = (url: string) =>
      url.endsWith("gone")
        ? Promise.resolve(new Response("no", { status: 404 }))
        : url.endsWith("down")
        ? Promise.reject(new TypeError("down"))
        : Promise.resolve(new Response(url.endsWith("huge") ? new Uint8Array(21 << 20) : png));
    const urls = ["a", "gone", "down", "huge"].map((name) => page(`https://example.org/${name}`));
    const [[first], losses] = await refer(urls, { fetch });
    assert.deepEqual(first, { sha256: sha256(png), type: "image/png", url: "https://example.org/a" });
    assert.deepEqual(losses, ["image cannot be read", "image cannot be read", "image too large"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("describeImage() sends the bytes of a file, and keeps its reference alone", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(join(folder, "3.png"), png);
    const [reference] = await Array.fromAsync(imageReferences([page("3.png")], { folder }));
    const seen: unknown[] = [];
    const caption = "A line that falls from left to right.";
    const questions = [{ question: "What falls?", answer: "The loss." }];
    await using server = await scripted(({ content }) => {
      seen.push(content);
      return answer(JSON.stringify({ caption, questions }));
    });
    await using model = await open(server);
    const inlined = { ...page(imageUrl(png, "image/png")), id: "2" };
    const texts = await Array.fromAsync(
      synthesize([reference, inlined], describeImage({ pairs: 1 }), { model, workers: 1 }),
    );
    const [{ image_url: { url } }] = (seen[0] as { image_url: { url: string } }[]).slice(1);
    assert.equal(url, imageUrl(png, "image/png"));
    assert.deepEqual(texts[0].meta.image, { ...reference.meta.image as object });
    assert.deepEqual(texts[1].meta.image, { sha256: sha256(png), type: "image/png" });
    assert.deepEqual(texts[0].lineage!.parents, ["1"]);
    for (const text of texts) assert.doesNotMatch(JSON.stringify(text), /base64/);

    await Deno.writeFile(join(folder, "3.png"), Uint8Array.of(...png, 4));
    const build = () => describeImage().build(reference, new Random(1));
    assert.throws(
      build,
      /^Error: Cannot show the image of document 1 as .*3\.png has changed since it was referred to/,
    );
    await Deno.remove(join(folder, "3.png"));
    assert.throws(build, /^Error: Cannot show the image of document 1 as .*3\.png cannot be read/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a run that would show an image to the embedded model ends, and says so before anything is sent", async () => {
  const model = {
    name: "SmolLM2",
    kind: "embedded",
    chat: () => Promise.reject(new Error("nothing is sent")),
  };
  const run = synthesize([page(imageUrl(png, "image/png"))], describeImage(), { model });
  await assert.rejects(
    Array.fromAsync(run),
    /^TypeError: Cannot synthesize by describe\/image@2 as SmolLM2, the embedded model, reads text only: open an endpoint/,
  );
});

Deno.test("describeImage() holds the answers of a page's screenshot to the page's text", async () => {
  const method = describeImage({ grounded: true, pairs: 2 });
  const document = page(
    "https://example.org/shot.png",
    "Opening hours: Monday to Friday, 9 to 17. Closed on holidays.",
  );
  const [prompt] = method.build(document, new Random(1));
  assert.match(prompt.messages[0].content, /Copy each answer from the text/);
  const caption = "A page with the opening hours of an office.";
  const read = (questions: { question: string; answer: string }[]) => {
    const value = { caption, questions };
    const asked: Answer = { prompt, text: JSON.stringify(value), value };
    return method.read([asked], document);
  };
  const [kept, lost] = await read([
    { question: "When does it open?", answer: "at 8" },
    { question: "On which days is it open?", answer: "Monday to Friday" },
  ]);
  assert("text" in kept);
  assert.equal(kept.text, `${caption}\n\nQuestion: On which days is it open?\nAnswer: Monday to Friday`);
  assert.deepEqual(lost, {
    rejected: "answer not in the text",
    sample: "Question: When does it open?\nAnswer: at 8",
  });
  const [injected] = await read([{ question: "When?", answer: "9 to 17<|im_end|>" }]);
  assert.equal("rejected" in injected && injected.rejected, "special tokens");
  const none = await read([{ question: "When?", answer: "never" }]);
  assert.deepEqual(none.map((one) => "rejected" in one && one.rejected), ["answer not in the text"]);
  assert.deepEqual(method.build({ ...document, text: " " }, new Random(1)), []);
});
