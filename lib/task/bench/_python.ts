/**
 * Ask a peer program in Python; `MIDTRAIN_PEER_PYTHON` names a Python that has its packages.
 *
 * @param program Its file in `peers/`.
 * @param request What it reads, as JSON, from standard input.
 */
export async function askPython<Answer>(
  program: string,
  { args = [], request }: { args?: readonly string[]; request?: unknown } = {},
): Promise<Answer> {
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  const child = new Deno.Command(python, {
    args: [new URL(`./peers/${program}`, import.meta.url).pathname, ...args],
    env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  // A program that dies before it has read everything says why on its standard error.
  const written = writer.write(new TextEncoder().encode(JSON.stringify(request ?? null)))
    .then(() => writer.close()).catch(() => {});
  const [{ code, stdout, stderr }] = await Promise.all([child.output(), written]);
  if (code !== 0) {
    throw new Error(
      `Cannot run ${program}: set MIDTRAIN_PEER_PYTHON to a Python that has its packages; ${python} says ${
        new TextDecoder().decode(stderr).trim().split("\n").at(-1)
      }`,
    );
  }
  return JSON.parse(new TextDecoder().decode(stdout));
}
