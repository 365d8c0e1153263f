import { escapeHtml } from "./_words.ts";

const token = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)`,
    String.raw`(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|${"`"}(?:\\.|[^${"`"}\\])*${"`"})`,
    String.raw`(?<number>\b(?:0x[\da-f_]+|\d[\d_]*\.?\d*(?:e[+-]?\d+)?)n?\b)`,
    String
      .raw`(?<keyword>\b(?:as|async|await|break|case|catch|class|const|continue|default|do|else|export|extends|false|finally|for|from|function|if|import|in|instanceof|interface|let|new|null|of|return|satisfies|switch|this|throw|true|try|type|typeof|undefined|using|while|yield)\b)`,
  ].join("|"),
  "gi",
);

/** TypeScript as HTML with comments, strings, numbers and keywords marked; a highlighter package would be larger than the page. */
export function highlight(code: string): string {
  let html = "";
  let at = 0;
  for (const match of code.matchAll(token)) {
    const kind = Object.entries(match.groups!).find(([, text]) => text !== undefined)![0];
    html += escapeHtml(code.slice(at, match.index)) + `<span class="${kind}">${escapeHtml(match[0])}</span>`;
    at = match.index + match[0].length;
  }
  return html + escapeHtml(code.slice(at));
}
