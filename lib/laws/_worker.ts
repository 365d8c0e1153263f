/** One thread of `_pool.ts`: a task in, its answer or its error out. */
import { onThread } from "../run/mod.ts";
import { perform } from "./_pool.ts";

onThread(perform);
