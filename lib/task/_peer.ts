import { fileURLToPath } from "node:url";

/** The Python that a peer needs is not there, or lacks what the peer imports. */
export class MissingPeer extends Error {
  override name = "MissingPeer";
}

/** Options of {@linkcode askPeer}. */
export interface AskPeerOptions {
  /** Where it runs. @default {here} */
  cwd?: string;
}

/**
 * Ask a Python program of `bench/peers`, on one thread: the request as JSON on its standard input, its answer the last line
 * that it prints. `MIDTRAIN_PEER_PYTHON` names the Python that has what it imports.
 *
 * @throws {MissingPeer} If there is no such Python, or it lacks a package.
 * @throws {Error} If the program fails otherwise.
 */
export async function askPeer<Answer>(
  program: string,
  request: unknown,
  { cwd }: AskPeerOptions = {},
): Promise<Answer> {
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  const missing = (why: string) =>
    new MissingPeer(
      `Cannot ask ${program}: set MIDTRAIN_PEER_PYTHON to a Python that has what it imports; ${python} ${why}`,
    );
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(python, {
      args: [fileURLToPath(new URL(`./bench/peers/${program}`, import.meta.url))],
      env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", RAYON_NUM_THREADS: "1" },
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    throw error instanceof Deno.errors.NotFound ? missing("is not there") : error;
  }
  // A program that ends before it reads says why on its standard error.
  const sent = new Blob([JSON.stringify(request)]).stream().pipeTo(child.stdin).catch(() => {});
  const [{ success, stdout, stderr }] = await Promise.all([child.output(), sent]);
  if (success) return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
  const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1)!;
  throw /^(?:ModuleNotFound|Import)Error/.test(said)
    ? missing(`says ${said}`)
    : new Error(`Cannot ask ${program} as it failed: ${said}`);
}
