// deno-lint-ignore-file no-console
import { writeJsonl } from "../../data/mod.ts";

/**
 * Ask a script in `peers/` to do the same work with another program: the request as JSON on its standard input, with the path of
 * the documents as JSON lines; its answer is the last line that it prints. `MIDTRAIN_PEER_PYTHON` names the Python that has the
 * program; where that lacks it, there is no answer, and a line says so.
 */
export async function askPeer<Answer>(
  script: string,
  request: Record<string, unknown>,
  documents: Iterable<{ id: string; text: string }>,
): Promise<Answer | undefined> {
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/documents.jsonl`;
    await writeJsonl(path, Iterator.from(documents).map(({ id, text }) => ({ id, text })));
    const child = new Deno.Command(python, {
      args: [new URL(`./peers/${script}.py`, import.meta.url).pathname],
      env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", RAYON_NUM_THREADS: "1" },
      cwd: folder,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    // A script that ends before it reads says why on its standard error.
    const sent = new Blob([JSON.stringify({ ...request, path })]).stream().pipeTo(child.stdin).catch(
      () => {},
    );
    const [{ success, stdout, stderr }] = await Promise.all([child.output(), sent]);
    if (success) return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
    const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1)!;
    if (!/^(ModuleNotFound|Import)Error/.test(said)) {
      throw new Error(`Cannot run peers/${script}.py: ${said}`);
    }
    console.error(`No peer beside: set MIDTRAIN_PEER_PYTHON to a Python that has it; ${python} says ${said}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
