import { CLOSE, type Page } from "./page.ts";

/** Of each opening tag where its element ends: the piece after the last one that lies in it; 0 of other pieces. */
export function endsOf({ count, kinds, parents }: Page): Int32Array {
  const ends = new Int32Array(count);
  const open: number[] = [];
  for (let i = 0; i < count; i++) {
    const closes = kinds[i] === CLOSE;
    if (closes && parents[i] < 0) continue;
    // A closing tag lies in the element that it closes; all that is open in there ends before it.
    while (open.length > 0 && open.at(-1) !== parents[i]) ends[open.pop()!] = i;
    if (closes) ends[open.pop()!] = i + 1;
    else if (kinds[i] < CLOSE) open.push(i);
  }
  for (const piece of open) ends[piece] = count;
  return ends;
}
