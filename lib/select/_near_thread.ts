/** One thread of `_near_work.ts`. */
import { onThread } from "../run/mod.ts";
import { perform } from "./_near_work.ts";

onThread(perform);
