import { GONE } from "./marks.ts";

/** Names of the namespaces whose links are no text, in lower case. */
export interface Namespaces {
  files: ReadonlySet<string>;
  categories: ReadonlySet<string>;
}

/** The names that they have in English and in the largest Wikipedias; a dump says its own. */
export const commonNamespaces: Namespaces = {
  files: new Set(
    ("file image datei bild fichier archivo imagen immagine bestand afbeelding plik grafika ficheiro arquivo imagem файл " +
      "изображение файл fil tiedosto kuva soubor fájl fișier slika dosya ファイル 画像 文件 檔案 图像 圖像 파일 그림 ملف صورة پرونده " +
      "קובץ चित्र tập tin berkas αρχείο").split(" ").concat("tập tin"),
  ),
  categories: new Set(
    ("category kategorie catégorie categoría categoria categorie kategoria categoria категория категорія kategori luokka " +
      "kategória kategorija カテゴリ 分类 分類 분류 تصنيف رده קטגוריה श्रेणी κατηγορία").split(" ").concat(
        "thể loại",
      ),
  ),
};

/** Prefixes of two and three letters that lead to another site, not to the same page in another language. */
const sites = new Set("mw doi rfc cvs omg osm rev tvtropes wmf isbn".split(" "));
const url = /^(?:https?:|ftp:|mailto:)?\/\/\S/i;

/** Reads links. */
export class Links {
  /** The categories that the page is in. */
  readonly categories = new Set<string>();
  readonly #namespaces: Namespaces;

  constructor(namespaces: Namespaces) {
    this.#namespaces = namespaces;
  }

  /** What a link shows, of its parts between the bars. */
  shown(parts: readonly string[]): string {
    const target = parts[0].trim();
    const label = parts.length > 1 ? parts.slice(1).join("|") : undefined;
    const colon = target.indexOf(":");
    if (colon > 0) {
      const prefix = target.slice(0, colon).trim().replaceAll("_", " ");
      const lower = prefix.toLowerCase();
      if (this.#namespaces.files.has(lower)) return GONE;
      if (this.#namespaces.categories.has(lower)) {
        const name = target.slice(colon + 1).trim().replaceAll("_", " ");
        if (name && !name.includes(GONE)) this.categories.add(name);
        return GONE;
      }
      // The same page in another language.
      if (/^(?:[a-z]{2,3}(?:-[a-z]{2,10}){0,2}|simple)$/.test(prefix) && !sites.has(prefix)) return GONE;
    }
    if (url.test(target)) return `[${target}${label === undefined ? "" : `|${label}`}]`;
    if (label !== undefined && label.trim() !== "") return label;
    const named = target.startsWith(":") ? target.slice(1) : target;
    // A bar with nothing behind it leaves out the namespace and what stands in brackets.
    if (label === undefined) return named.replaceAll("_", " ");
    return named.replace(/^[^:]*:/, "").replace(/\s*\([^()]*\)$|,.*$/, "");
  }
}
