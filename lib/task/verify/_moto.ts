import { AwsClient } from "aws4fetch";
import { join } from "node:path";
import { until, venv } from "./_venv.ts";

/** An object store on this machine. */
export interface ObjectStoreServer extends AsyncDisposable {
  /** What a process must have in its environment to speak with it. */
  env: Record<string, string>;
  /** A bucket of it. */
  bucket: string;
}

/** Start moto's S3 out of PyPI. @returns It, or why it cannot be had. */
export async function startMoto(): Promise<ObjectStoreServer | string> {
  const found = await venv("moto", ["moto[server,s3]==5.2.5"]);
  if (typeof found === "string") return found;
  const port = 15598;
  const child = new Deno.Command(join(found.path, "bin/moto_server"), {
    args: ["-H", "127.0.0.1", "-p", `${port}`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "verify",
    AWS_SECRET_ACCESS_KEY: "verify",
    AWS_REGION: "us-east-1",
  };
  const client = new AwsClient({
    accessKeyId: "verify",
    secretAccessKey: "verify",
    region: "us-east-1",
    service: "s3",
    retries: 0,
  });
  const up = await until(60, async () => {
    const answer = await client.fetch(`${env.AWS_ENDPOINT_URL}/verify`, { method: "PUT" }).catch(() =>
      undefined
    );
    await answer?.body?.cancel();
    return answer?.ok ?? false;
  });
  const server = {
    env,
    bucket: "verify",
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
  if (up) return server;
  await server[Symbol.asyncDispose]();
  return "moto's server does not start";
}
