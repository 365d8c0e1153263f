import { WordScanner } from "../base/mod.ts";

/** English words that say little of what a text is about, and those that most questions have. */
const common =
  `a about above after again against all also although always am among an and another any are as at away back be
because been before being below best between both but by came can cannot come could did do does doing done down during each
either else enough even ever every example false few find first following for found from further gave get give given go goes
going gone good got had has have having he her here hers him his how however i if in instead into is it its itself just know
known last least less let like likely made make makes many may me might more most much must my near need neither never next no
nor not now of off often on once one only or other others our out over own part per possible put question rather right said
same say see seem several shall she should show since so some statement still such take than that the their them then there
therefore these they thing things this those though through thus time to together too toward true two under until up upon us
use used using very want was way we well were what when where whether which while who whole whom whose why will with within
without would yes yet you your`;

let hashes: ReadonlySet<number> | undefined;

/** The hashes of words that make no phrase an item's own. */
export function commonWords(): ReadonlySet<number> {
  if (!hashes) {
    const scanner = new WordScanner();
    hashes = new Set(scanner.hashes.slice(0, scanner.scan(common)));
  }
  return hashes;
}
