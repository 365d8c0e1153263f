/** One thread of `_pool.ts`: a task in, its answer or its error out. */
import { onThread } from "../run/mod.ts";
import { perform, type Task } from "./_pool.ts";

onThread<Task>(perform);
