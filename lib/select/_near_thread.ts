/** One thread of `_near_work.ts`. */
import { onThread } from "../run/mod.ts";
import { perform, type Task } from "./_near_work.ts";

onThread<Task>(perform);
