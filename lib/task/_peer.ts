/** Ask a Python program of `bench/peers`: JSON in, JSON out; `MIDTRAIN_PEER_PYTHON` names the Python that has what it needs. */
export async function askPeer<Answer>(program: string, request: object): Promise<Answer> {
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  const child = new Deno.Command(python, {
    args: [new URL(`./bench/peers/${program}`, import.meta.url).pathname],
    env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // A program that ends before it reads says why on its standard error.
  const sent = new Blob([JSON.stringify(request)]).stream().pipeTo(child.stdin).catch(() => {});
  const [{ code, stdout, stderr }] = await Promise.all([child.output(), sent]);
  if (code !== 0) {
    throw new Error(
      `Cannot ask ${program}: set MIDTRAIN_PEER_PYTHON to a Python that has what it imports; ${python} says ${
        new TextDecoder().decode(stderr).trim().split("\n").at(-1)
      }`,
    );
  }
  return JSON.parse(new TextDecoder().decode(stdout));
}
