// deno-lint-ignore-file no-console
import { writeJsonl } from "../../data/mod.ts";
import { askPeer, MissingPeer } from "../_peer.ts";

/**
 * Ask a peer to do the same work on the same documents, which it finds as JSON lines at the request's `path`. Where it is not
 * installed there is no answer, and a line says so.
 */
export async function askDocumentPeer<Answer>(
  program: string,
  request: Record<string, unknown>,
  documents: Iterable<{ id: string; text: string }>,
): Promise<Answer | undefined> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/documents.jsonl`;
    await writeJsonl(path, Iterator.from(documents).map(({ id, text }) => ({ id, text })));
    return await askPeer<Answer>(program, { ...request, path }, { cwd: folder });
  } catch (error) {
    if (!(error instanceof MissingPeer)) throw error;
    console.error(`No peer beside: ${error.message}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
