// deno-lint-ignore-file camelcase -- the API's names
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { planStatus, runPlan, submitToRay } from "../../lib/run/mod.ts";
import { filesOfDocuments, fresh, plan } from "./_plan.ts";

const base = await filesOfDocuments();

/** What Ray 2.60 answered, to these requests. */
const VERSION = {
  version: "4",
  ray_version: "2.60.0",
  ray_commit: "b7f4259e944bf6959f721b106adc366ddfa0c356",
  session_name: "session_2026-11-28_23-57-19_172374_6313",
};
const SUBMITTED = { job_id: "raysubmit_vs5ngCnsVENemssy", submission_id: "raysubmit_vs5ngCnsVENemssy" };
const FAILED = {
  type: "SUBMISSION",
  submission_id: "raysubmit_vs5ngCnsVENemssy",
  status: "FAILED",
  message:
    "Job entrypoint command failed with exit code 3, last available logs (truncated to 20,000 chars):\n2026-11-29 00:00:39,085\tINFO",
  driver_exit_code: 3,
};
const REFUSED =
  `Traceback (most recent call last):\n  File "common.py", line 445, in validate_request_type\nTypeError: JobSubmitRequest.__init__() got an unexpected keyword argument 'nothing'`;

interface Asked {
  entrypoint: string;
  metadata: Record<string, string>;
  runtime_env: { env_vars: Record<string, string>; pip?: string[] };
}

/** A door that replays them, and keeps what it was asked. */
function head(refuses = false): { address: string; asked: Asked[] } & AsyncDisposable {
  const asked: Asked[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/version") return Response.json(VERSION);
    if (request.method === "POST") {
      if (refuses) return new Response(REFUSED, { status: 400 });
      asked.push(await request.json());
      return Response.json(SUBMITTED);
    }
    return pathname === `/api/jobs/${SUBMITTED.submission_id}`
      ? Response.json(FAILED)
      : new Response("Job none does not exist", { status: 404 });
  });
  return {
    address: `http://127.0.0.1:${server.addr.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("submitToRay() gives one job that says all that its driver must know, and hands on named variables alone", async () => {
  await using ray = head();
  const folder = await fresh();
  Deno.env.set("RAY_TEST_KEY", "handed on");
  const job = await submitToRay(plan, {
    folder,
    base,
    address: ray.address,
    variables: ["RAY_TEST_KEY", "NOT_SET"],
  });
  assert.deepEqual({ ...job }, {
    id: "raysubmit_vs5ngCnsVENemssy",
    address: ray.address,
    status: "FAILED",
    message:
      "Job entrypoint command failed with exit code 3, last available logs (truncated to 20,000 chars):",
  });
  const [{ entrypoint, metadata, runtime_env: { env_vars, pip } }] = ray.asked;
  assert.match(entrypoint, /^python3 -c /);
  assert.deepEqual(metadata, { plan: "shout", folder });
  assert.deepEqual(pip, [`deno==${Deno.version.deno}`]);
  assert.deepEqual(Object.keys(env_vars).sort(), ["MIDTRAIN_DRIVER", "MIDTRAIN_PLAN", "RAY_TEST_KEY"]);
  const work = JSON.parse(env_vars.MIDTRAIN_PLAN);
  assert.deepEqual([work.deno, work.cores, work.shardsPerTask], [null, 1, 1]);
  assert.deepEqual(work.stages.map(({ name }: { name: string }) => name), ["first", "second"]);
  assert.equal(work.stages[0].worker.at(-1), folder);
  assert.deepEqual((await planStatus(folder)).jobs, [
    `Ray has raysubmit_vs5ngCnsVENemssy: FAILED, ${job.message}`,
  ]);
});

Deno.test("submitToRay() leaves out stages that are done, and takes a Deno that is there", async () => {
  await using ray = head();
  const folder = await fresh();
  const { first } = plan.stages;
  await runPlan({ ...plan, stages: { first } }, { folder, base, workers: 2 });
  await submitToRay(plan, { folder, base, address: ray.address, deno: "/opt/deno" });
  const [{ runtime_env: { env_vars, pip } }] = ray.asked;
  const work = JSON.parse(env_vars.MIDTRAIN_PLAN);
  assert.deepEqual([pip, work.deno, work.stages.length], [undefined, "/opt/deno", 1]);
});

Deno.test("submitToRay() says what Ray refuses, and where nothing answers or another does", async () => {
  await using ray = head(true);
  const folder = await fresh();
  await assert.rejects(submitToRay(plan, { folder, base, address: ray.address }), {
    message:
      "Cannot submit to Ray as Ray answers with 400: TypeError: JobSubmitRequest.__init__() got an unexpected keyword argument 'nothing'",
  });
  await assert.rejects(submitToRay(plan, { folder, base, address: "127.0.0.1:8265" }), {
    message:
      "Cannot submit to Ray as address must begin with http:// or https://: current value is 127.0.0.1:8265",
  });
  await using page = Deno.serve({ port: 0, onListen: () => {} }, () => new Response("<html>"));
  await assert.rejects(submitToRay(plan, { folder, base, address: `http://127.0.0.1:${page.addr.port}` }), {
    message: `Cannot submit to Ray as what answers at http://127.0.0.1:${page.addr.port} is no Ray: <html>`,
  });
});

Deno.test("Ray's driver is Python", async () => {
  const path = new URL("../../lib/run/_ray_driver.py", import.meta.url);
  const code = `import ast, sys; ast.parse(sys.stdin.read())`;
  const python = await new Deno.Command("bash", {
    args: ["-c", `command -v python3 >/dev/null || exit 0; python3 -c '${code}' < "$0"`, fileURLToPath(path)],
  }).output();
  assert.equal(python.code, 0, new TextDecoder().decode(python.stderr));
});
