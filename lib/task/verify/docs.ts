/**
 * The pages of `deno task docs`, in a browser: wide and on a phone, by day and by night.
 * @module
 */
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeSite } from "../docs/_site.ts";
import { type BrowserEvent, BrowserPage, findBrowser } from "./_browser.ts";
import { part } from "./_part.ts";
import { claim, same, skipped, type VerifyRow } from "./_row.ts";

/** WCAG 2's least contrast of text, level AA. */
const LEAST_CONTRAST = 4.5;

const views = [1280, 390].flatMap((width) => [false, true].map((dark) => ({ width, dark })));

/** What is measured on a page: how wide it is, and the least contrast of its text with what it stands on. */
const measure = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const paper = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll("header *, main *")].filter((element) =>
    !element.closest("svg") && element.getClientRects().length > 0 &&
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ""));
  const found = texts.map((element) => {
    const [a, b] = [channels(getComputedStyle(element).color), paper(element)].map(luminance);
    return { contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), text: element.textContent.slice(0, 30) };
  });
  const least = found.reduce((a, b) => b.contrast < a.contrast ? b : a);
  return { width: document.documentElement.scrollWidth, ...least };
})()`;

/** What a page's console or policy complains of. */
function complaint({ method, params }: BrowserEvent): string[] {
  const { type, entry, exceptionDetails } = params as {
    type?: string;
    entry?: { level: string; text: string };
    exceptionDetails?: { text: string };
  };
  if (method === "Runtime.exceptionThrown") return [exceptionDetails!.text];
  if (method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(type!)) {
    return [`console.${type}`];
  }
  return method === "Log.entryAdded" && ["error", "warning"].includes(entry!.level) ? [entry!.text] : [];
}

/** What a page asks for that does not lie in a folder. */
function elsewhere({ method, params }: BrowserEvent): string[] {
  const { url } = (params.request ?? { url: "file:" }) as { url: string };
  return method === "Network.requestWillBeSent" && !/^(?:file|data):/.test(url) ? [url] : [];
}

/** A claim that no page breaks. */
function none(item: string, allowed: string, broken: readonly string[], pages: number): VerifyRow {
  const ours = broken.length === 0 ? `${pages} pages` : [...new Set(broken)].slice(0, 3).join("; ");
  return claim(item, "", { ours, allowed, holds: broken.length === 0 && pages > 0 });
}

/** What stands first after a name was typed, and where Enter leads. */
async function search(
  page: BrowserPage,
  start: string,
  name: string,
): Promise<{ first: string; led: string }> {
  // Or for ten seconds: what is then not there is told by what follows.
  const settled = (test: string) =>
    page.evaluate(
      `new Promise((done) => {
        const look = (left) => ${test} || left === 0 ? done() : setTimeout(look, 20, left - 1);
        look(500);
      })`,
    );
  const key = async (key: string, text?: string) => {
    await page.ask("Input.dispatchKeyEvent", { type: "keyDown", key, ...(text ? { text } : {}) });
    await page.ask("Input.dispatchKeyEvent", { type: "keyUp", key });
  };
  await page.look(start, views[0]);
  await key("/");
  await page.ask("Input.insertText", { text: name });
  await settled('document.querySelector("#found a")');
  const first = await page.evaluate<string>(
    'document.querySelector("#found a")?.firstChild.data ?? "nothing"',
  );
  await key("Enter", "\r");
  await settled('location.hash !== ""');
  return { first, led: basename(await page.evaluate<string>("location.href")) };
}

export default part({
  help: `the pages of deno task docs in Chromium, at 1280 and 390 pixels, light and dark
--pictures DIR  write a picture of the top of each page there`,
  flags: { pictures: "text" },
  async *verify({ pictures }, _names, say) {
    const program = await findBrowser();
    if (program === undefined) {
      return yield skipped("the documentation's pages", "there is no Chromium on the path");
    }
    const folder = await Deno.makeTempDir({ prefix: "midtrain-docs-" });
    try {
      const { pages, dead } = await writeSite(folder, { runs: "out" });
      yield none(
        "links lead somewhere",
        "none dead",
        dead.map(({ page, href }) => `${page}: ${href}`),
        pages.length,
      );
      await using browser = await BrowserPage.open(program);
      const address = (file: string) => pathToFileURL(join(folder, file)).href;
      if (pictures) await Deno.mkdir(pictures, { recursive: true });
      for (const view of views) {
        const { width, dark } = view;
        const seen = `${width} pixels, ${dark ? "dark" : "light"}`;
        const wrong = {
          said: [] as string[],
          wide: [] as string[],
          faint: [] as string[],
          asked: [] as string[],
        };
        for (const { file } of pages) {
          browser.events.length = 0;
          await browser.look(address(file), view);
          const found = await browser.evaluate<{ width: number; contrast: number; text: string }>(measure);
          if (found.width > width) wrong.wide.push(`${file}: ${found.width}`);
          if (found.contrast < LEAST_CONTRAST) {
            wrong.faint.push(`${file}: ${found.contrast.toFixed(2)} at "${found.text}"`);
          }
          wrong.said.push(...browser.events.flatMap(complaint).map((text) => `${file}: ${text}`));
          wrong.asked.push(...browser.events.flatMap(elsewhere));
          if (pictures) {
            const name = `${basename(file, ".html")}-${width}${dark ? "-dark" : ""}.png`;
            await Deno.writeFile(join(pictures, name), await browser.picture());
          }
        }
        say(seen);
        yield none(`${seen}: the console is silent`, "no error or warning", wrong.said, pages.length);
        yield none(`${seen}: no page scrolls sideways`, `${width} pixels`, wrong.wide, pages.length);
        yield none(`${seen}: text stands out`, `contrast ${LEAST_CONTRAST}`, wrong.faint, pages.length);
        yield none(`${seen}: nothing is asked of the network`, "files alone", wrong.asked, pages.length);
      }
      const { first, led } = await search(browser, address("index.html"), "fitLaw");
      yield same("a search for fitLaw has first", "", "fitLaw", first);
      yield same("Enter leads to", "", "room_laws.html#fitLaw", led);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
