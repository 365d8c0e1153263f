import { described, must, ofKind, takes, wholeNumber } from "../base/mod.ts";
import { workerCommand } from "./_worker_command.ts";
import type { Plan } from "./plan.ts";
import { type SubmitOptions, submitted } from "./submit.ts";
import type { Store } from "./store.ts";

/** Options of {@linkcode submitToRay}. */
export interface SubmitToRayOptions extends SubmitOptions {
  /** Cores of a task. @default {1} */
  cores?: number | undefined;
  /** Shards of a task, one after the other: more where shards take seconds. @default {1} */
  shardsPerTask?: number | undefined;
  /** Where the cluster's head takes jobs. @default {"http://127.0.0.1:8265"} */
  address?: string | undefined;
  /** The Deno of the workers, where one lies on every node. @default {PyPI's `deno`, in this one's version, which Ray installs} */
  deno?: string | undefined;
  /** Names of variables that the workers need, such as `AWS_ACCESS_KEY_ID`; who sees the cluster's jobs sees them. @default {none} */
  variables?: readonly string[] | undefined;
}

/** A job of Ray. */
export interface RayJob {
  /** Ray's name for it. */
  id: string;
  /** Where the cluster's head takes jobs. */
  address: string;
  /** Such as `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED`, `STOPPED`. */
  status: string;
  /** What Ray says of it. */
  message: string;
}

/**
 * Submit a plan to Ray and be gone: one job, by the cluster's REST door, whose driver works on stage after stage, a task for some
 * shards, each a process of Deno. Tasks of a node that is lost are begun elsewhere; the job fails where shards are missing.
 * All state is in the plan's store, which every node must see, as must the project's folder.
 *
 * @throws {Deno.errors.ConnectionRefused} If nothing answers there.
 * @throws {Error} If Ray refuses the job: what it says.
 * @throws What {@linkcode runPlan} throws of plans and folders.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { submitToRay } from "midtrain/run";
 *
 * const kind = `data:text/javascript,export default { name: "n", version: "1", work: () => Promise.resolve({}) }`;
 * const plan = { name: "numbers", stages: { one: { kind } } };
 * const folder = await Deno.makeTempDir();
 * await assert.rejects(submitToRay(plan, { folder, address: "http://127.0.0.1:9" }), {
 *   message: "Cannot submit to Ray as nothing answers at http://127.0.0.1:9: start a head there with ray start --head",
 * });
 * ```
 */
export async function submitToRay(plan: Plan, options: SubmitToRayOptions): Promise<RayJob> {
  const cannot = "Cannot submit to Ray";
  takes(
    cannot,
    options,
    "folder, base?, kinds?, adopt?, address?, cores?, shardsPerTask?, deno?, variables?",
  );
  const { address = "http://127.0.0.1:8265", cores = 1, shardsPerTask = 1, deno, variables = [] } = options;
  ofKind(cannot, { address }, "a text");
  must(cannot, "address must begin with http:// or https://", address, /^https?:\/\//.test(address));
  wholeNumber(cannot, { cores, shardsPerTask }, ">= 1");
  ofKind(cannot, { variables }, "a list of texts");
  await ask(cannot, address, "GET", "/api/version");
  const { store, manifests } = await submitted(plan, options, cannot);
  const work = {
    deno: deno ?? null,
    cores,
    shardsPerTask,
    stages: [] as { name: string; folder: string; worker: string[] }[],
  };
  for (const { stage, folder, kind } of manifests) {
    if (await store.read(`${folder}/merged.json`) !== undefined) continue;
    const [, ...worker] = workerCommand(kind.module, { deno: "", address: store.address });
    work.stages.push({ name: stage, folder, worker });
  }
  const handed = variables.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const driver = await Deno.readTextFile(new URL("./_ray_driver.py", import.meta.url));
  const { submission_id: id } = await ask(cannot, address, "POST", "/api/jobs/", {
    // Without a folder that the head must see.
    entrypoint: `python3 -c 'import os; exec(os.environ["MIDTRAIN_DRIVER"])'`,
    metadata: { plan: plan.name, folder: store.address },
    runtime_env: {
      env_vars: {
        ...Object.fromEntries(handed),
        MIDTRAIN_DRIVER: driver,
        MIDTRAIN_PLAN: JSON.stringify(work),
      },
      ...deno === undefined ? { pip: [`deno==${Deno.version.deno}`] } : {},
    },
  }) as { submission_id: string };
  const before = JSON.parse(await store.read("ray/jobs.json") ?? "[]");
  await store.write("ray/jobs.json", JSON.stringify([...before, { id, address }]) + "\n");
  return described(
    await jobAt(address, id),
    (job) => [`Ray has it as ${job.id}; this machine may go: \`status\` tells how it stands.`],
  );
}

/** The last job of a plan's store that Ray was given, or `undefined` where there is none or it cannot be asked. */
export async function lastRayJob(store: Store): Promise<RayJob | undefined> {
  const jobs = JSON.parse(await store.read("ray/jobs.json") ?? "[]") as { id: string; address: string }[];
  const last = jobs.at(-1);
  return last && await jobAt(last.address, last.id).catch(() => undefined);
}

/** What a job's driver has printed. */
export async function rayLogs({ id, address }: Pick<RayJob, "id" | "address">): Promise<string> {
  const { logs } = await ask("Cannot ask Ray", address, "GET", `/api/jobs/${id}/logs`) as { logs?: string };
  return logs ?? "";
}

async function jobAt(address: string, id: string): Promise<RayJob> {
  const { status, message } = await ask("Cannot ask Ray", address, "GET", `/api/jobs/${id}`) as RayJob;
  // The end of a log may stand behind it.
  return { id, address, status, message: (message ?? "").split("\n")[0] };
}

async function ask(
  cannot: string,
  address: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address.replace(/\/+$/, "") + path, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (error) {
    throw new Deno.errors.ConnectionRefused(
      `${cannot} as nothing answers at ${address}: start a head there with ray start --head`,
      { cause: error },
    );
  }
  const text = await response.text();
  if (response.ok) {
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`${cannot} as what answers at ${address} is no Ray: ${text.slice(0, 60)}`);
    }
  }
  // A traceback, of which the last line tells.
  const said = text.trim().split("\n").at(-1)!.slice(0, 200);
  throw new Error(`${cannot} as Ray answers with ${response.status}: ${said}`);
}
