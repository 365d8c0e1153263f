// The site's one script: search over all pages, and contents that are closed where the screen is narrow.

/** How well an entry answers words: less is better, `undefined` is not at all. Names come before what speaks of them. */
function rank([title, kind, , text], words) {
  const name = title.toLowerCase();
  const asked = words.join(" ");
  const told = / of /.test(kind) ? 0 : 0.5;
  if (name === asked || name === asked.replace(/\(\)$/, "")) return told;
  if (name.startsWith(asked)) return 1 + told;
  if (name.includes(asked)) return 2 + told;
  if (words.every((word) => name.includes(word))) return 3 + told;
  const all = `${name} ${kind} ${text}`.toLowerCase();
  return words.every((word) => all.includes(word)) ? 4 + told : undefined;
}

/** The entries that answer, best first, at most so many. */
function search(entries, asked, limit = 30) {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return entries.map((entry) => ({ entry, place: rank(entry, words) }))
    .filter(({ place }) => place !== undefined)
    .sort((a, b) => a.place - b.place || a.entry[0].length - b.entry[0].length)
    .slice(0, limit).map(({ entry }) => entry);
}

globalThis.searchSite = search;

function startSearch(input, found) {
  let loading = false;
  const load = () => {
    if (loading) return;
    loading = true;
    // A page that lies in a folder may not fetch, but it may load a script.
    const script = document.createElement("script");
    script.src = "search_index.js";
    script.addEventListener("load", show);
    document.head.append(script);
  };
  const close = () => found.hidden = true;
  const links = () => [...found.querySelectorAll("a")];
  function show() {
    const asked = input.value.trim();
    found.hidden = asked === "" || !globalThis.searchIndex;
    if (found.hidden) return;
    const entries = search(globalThis.searchIndex, asked);
    found.replaceChildren(
      ...(entries.length > 0 ? entries.map((entry) => item(entry, asked)) : [nothing(asked)]),
    );
    found.scrollTop = 0;
  }
  input.addEventListener("focus", load);
  input.addEventListener("input", () => {
    load();
    show();
  });
  document.addEventListener("keydown", (event) => {
    const at = links().indexOf(document.activeElement);
    if (event.key === "/" && !/^(?:INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      input.select();
      input.focus();
    } else if (event.key === "Escape" && !found.hidden) {
      close();
      input.focus();
    } else if (found.hidden) return;
    else if (event.key === "Enter" && document.activeElement === input) links()[0]?.click();
    else if (event.key === "ArrowDown" && (at >= 0 || document.activeElement === input)) {
      event.preventDefault();
      links()[at + 1]?.focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (links()[at - 1] ?? input).focus();
    }
  });
  addEventListener("hashchange", close);
  document.addEventListener("click", ({ target }) => {
    if (!target.closest(".search")) close();
    else if (target === input) show();
  });
}

function item([title, kind, address, text], asked) {
  const link = document.createElement("a");
  link.href = address;
  link.append(title, span("kind", kind), excerpt(text, asked.toLowerCase().split(/\s+/)));
  return link;
}

/** The text where the first word asked for stands, that word marked. */
function excerpt(text, words) {
  const lower = text.toLowerCase();
  const word = words.find((one) => lower.includes(one)) ?? "";
  const at = word === "" ? 0 : lower.indexOf(word);
  const from = Math.max(0, at - 50);
  const mark = document.createElement("mark");
  mark.append(text.slice(at, at + word.length));
  const part = span("excerpt", `${from > 0 ? "…" : ""}${text.slice(from, at)}`);
  part.append(mark, `${text.slice(at + word.length, from + 150)}${text.length > from + 150 ? "…" : ""}`);
  return part;
}

function span(name, text) {
  const made = document.createElement("span");
  made.className = name;
  made.append(text);
  return made;
}

function nothing(asked) {
  const said = document.createElement("p");
  said.append(`Nothing speaks of "${asked}"`);
  return said;
}

if (globalThis.document) {
  startSearch(document.querySelector("#search"), document.querySelector("#found"));
  const contents = document.querySelector("nav details");
  if (contents && matchMedia("(max-width: 79.99rem)").matches) contents.open = false;
}
