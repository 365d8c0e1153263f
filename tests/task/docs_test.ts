import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { renderSvg, type Spec } from "../../lib/figure/mod.ts";
import { documentation } from "../../lib/notebook/_documentation.ts";
import { galleryFigures } from "../../lib/task/docs/_gallery_page.ts";
import { deadLinks } from "../../lib/task/docs/_links.ts";
import { entriesOf, type Entry } from "../../lib/task/docs/_page.ts";
import { Rooms } from "../../lib/task/docs/_room_page.ts";
import { writeSite } from "../../lib/task/docs/_site.ts";
import { normalize } from "../figure/_golden.ts";
import "../../lib/task/docs/site.js";

const figures = fileURLToPath(new URL("../figure/", import.meta.url));
const folder = await Deno.makeTempDir({ prefix: "midtrain docs é " });
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const site = await writeSite(folder, { runs: join(folder, "none") });
const page = (file: string) => site.pages.find((one) => one.file === file)!.html;
const { searchSite } = globalThis as unknown as { searchSite: (entries: Entry[], asked: string) => Entry[] };
const entries = site.pages.flatMap(entriesOf);

Deno.test("no link of the site leads nowhere, and none that does is passed over", () => {
  assert.deepEqual(site.dead, []);
  const pages = new Map([[
    "a.html",
    '<h1 id="x"> <a href="#x"> <a href="b.html#y"> <a href="b.html#z"> <img src="c.png">',
  ], [
    "b.html",
    '<p id="y"> <a href="https://deno.com">',
  ]]);
  assert.deepEqual(deadLinks(pages, []).map(({ page, href, why }) => `${page} ${href}: ${why}`), [
    "a.html b.html#z: no such anchor",
    "a.html c.png: no such file",
  ]);
});

Deno.test("every exported name has an anchor on its room's page", () => {
  const rooms = documentation();
  assert(rooms.length > 15);
  for (const { name: room, symbols } of rooms) {
    const html = page(`room_${room}.html`);
    for (const { name } of symbols) assert(html.includes(`<h3 id="${name}" `), `${name} of ${room}`);
  }
});

Deno.test("what a docstring links is an exported name or a room", () => {
  const rooms = new Rooms(documentation(), () => undefined);
  const lost = rooms.all.flatMap((room) => {
    const links = [...JSON.stringify(room).matchAll(/\{@link(?:code|plain)?\s+(\w+)/g)].map(([, name]) =>
      name
    );
    return links.filter((name) => name !== "https" && !rooms.target(room.name)(name)).map((name) =>
      `${name} in ${room.name}`
    );
  });
  assert.deepEqual(lost, []);
});

Deno.test("no two places of a page have one name", async () => {
  for (const { file } of site.pages) {
    const ids = [...(await Deno.readTextFile(join(folder, file))).matchAll(/\sid="([^"]+)"/g)].map(([, id]) =>
      id
    );
    assert.deepEqual(ids.filter((id, i) => ids.indexOf(id) !== i), [], file);
  }
});

Deno.test("every golden is in the gallery, and the code under it draws it", async () => {
  const shown = await galleryFigures(figures);
  const gallery = page("gallery.html");
  for (const { name, code } of shown) {
    assert(gallery.includes(`<h2 id="${name}">`), name);
    const file = join(folder, `${name}.ts`);
    await Deno.writeTextFile(
      file,
      code.replace(/^await show\(/m, "export default (").replace(/^import .*notebook";$/m, ""),
    );
    const { default: spec } = await import(pathToFileURL(file).href) as { default: Spec };
    assert.equal(
      normalize(await renderSvg(spec)),
      await Deno.readTextFile(join(figures, "golden", `${name}.svg`)),
      name,
    );
  }
  assert(shown.length >= 20);
});

Deno.test("a page runs the site's own script only and asks nothing of the network", async () => {
  let bytes = 0;
  for await (const { name } of Deno.readDir(folder)) {
    if (!/\.(?:html|css|js)$/.test(name)) continue;
    const text = await Deno.readTextFile(join(folder, name));
    bytes += text.length;
    if (!name.endsWith(".html")) continue;
    assert.deepEqual([...text.matchAll(/<script[^>]*>/g)].map(([tag]) => tag), [
      '<script src="site.js" defer>',
    ], name);
    assert.match(text, /Content-Security-Policy" content="default-src 'none'; script-src 'self' file:;/);
    assert.doesNotMatch(text, /\bon\w+="|(?:src|<link[^>]*href)="https?:|url\((?!#)/, name);
  }
  assert(bytes < 10e6, `${bytes}`);
});

Deno.test("a search has the exact name first, then names that begin so, then what speaks of it", () => {
  assert.equal(searchSite(entries, "fitLaw")[0][2], "room_laws.html#fitLaw");
  assert.equal(searchSite(entries, "WSD")[0][2], "room_schedule.html#wsd");
  assert.match(searchSite(entries, "fitl")[0][0], /^fitLaw/);
  const [, , address, text] = searchSite(entries, "Hu et al MiniCPM")[0];
  assert(address === "room_schedule.html#wsd" && text.includes("MiniCPM"));
  assert.deepEqual(searchSite(entries, "no such words anywhere"), []);
  assert.deepEqual(searchSite(entries, " "), []);
});
