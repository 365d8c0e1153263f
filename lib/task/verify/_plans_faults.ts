import { dirname, join } from "node:path";
import { cacheDir, exists } from "../../base/mod.ts";
import { digestOf, lastLine, leftovers, mergedOf, plan } from "./_plans_work.ts";
import { claim, same, skipped, type VerifyRow } from "./_row.ts";

interface Work {
  folder: string;
  path: string;
  whole: string;
  expected: string;
}

/** What becomes of a plan where something is wrong: markers, twins, clocks, inputs, disks, permissions. */
export async function* verifyFaults(work: Work): AsyncGenerator<VerifyRow> {
  const small = await smallPlan(work);
  yield* verifyMarkers(small);
  yield* verifyClocks(small);
  yield* verifyPoison(small);
  yield* verifyRefused(small);
  yield* verifyDisks(small);
}

interface Small {
  folder: string;
  path: string;
  plan: { name: string; stages: Record<string, unknown>; quarantined?: number };
  expected: string;
}

/** The archives alone, which take seconds. */
async function smallPlan({ folder, path }: Work): Promise<Small> {
  const { stages: { pages, good } } = JSON.parse(await Deno.readTextFile(path));
  const small = { name: "small", stages: { pages, good } };
  const at = join(folder, "small.json");
  await Deno.writeTextFile(at, JSON.stringify(small));
  await plan(["submit", at, join(folder, "small"), "--workers", "1"]);
  return { folder, path: at, plan: small, expected: await digestOf(join(folder, "small")) };
}

async function* verifyMarkers({ folder, path, expected }: Small): AsyncGenerator<VerifyRow> {
  const run = join(folder, "markers");
  await plan(["submit", path, run]);
  const pages = (await mergedOf(run)).pages.folder;
  const marker = join(run, pages, "done/00001.json");
  const text = await Deno.readTextFile(marker);
  await Deno.writeTextFile(marker, text.slice(0, text.length / 2));
  const cut = await plan(["merge", run]);
  yield same("exit code of a merge with a marker that is cut off", "", "3", `${cut.code}`);
  yield claim("its word", "", {
    ours: lastLine(cut),
    allowed: "names shard 1 and why",
    holds: /shard 1 is missing; shard 1: its marker is cut off/.test(cut.errors),
  });
  await Deno.remove(marker);
  const missing = await plan(["merge", run]);
  yield same(
    "a merge with a missing shard",
    "",
    "3: Cannot merge pages as 2 shards must be done: shard 1 is missing",
    `${missing.code}: ${lastLine(missing)}`,
  );
  await Deno.writeTextFile(marker, text.slice(0, text.length / 2));
  await Deno.remove(join(run, pages, "merged.json"));
  await plan(["submit", path, run]);
  yield same("SHA-256 after a marker was cut off", "one run", expected, await digestOf(run));
  const twins = join(folder, "twins");
  const codes =
    (await Promise.all([1, 2, 2].map((workers) => plan(["submit", path, twins, "--workers", `${workers}`]))))
      .map(({ code }) => code);
  yield same("three submits at once to one folder", "all end well", "0 0 0", codes.join(" "));
  yield same("their SHA-256", "one run", expected, await digestOf(twins));
  yield same("what the slower ones left", "", "", (await leftovers(twins)).join("; "));
}

/** Two processes whose clocks are twenty minutes apart, by libfaketime out of Debian's package. */
async function* verifyClocks({ folder, path, expected }: Small): AsyncGenerator<VerifyRow> {
  const library = await fakeTime();
  if (library === undefined) {
    yield skipped("clocks that differ", "Debian's libfaketime cannot be had");
    return;
  }
  const run = join(folder, "clocks");
  const clocks = ["+10m", "-10m"].map((FAKETIME) => ({
    LD_PRELOAD: library,
    FAKETIME,
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  }));
  const ended = await Promise.all(clocks.map((env) => plan(["submit", path, run, "--workers", "1"], env)));
  yield same(
    "submits by clocks ten minutes ahead and behind",
    "both end well",
    "0 0",
    ended.map(({ code }) => code).join(" "),
  );
  yield same("their SHA-256", "one run", expected, await digestOf(run));
  const why = await plan(["why", run, "pages", "0"]);
  const [, hour] = /at (\S+)Z:/.exec(why.said) ?? [];
  const apart = Math.abs(Date.now() - Date.parse(`${hour}Z`)) / 60_000;
  yield claim("minutes between an attempt's clock and this one's", "", {
    ours: apart.toFixed(1),
    allowed: "9 to 11",
    holds: apart > 9 && apart < 11,
  });
}

async function fakeTime(): Promise<string | undefined> {
  const folder = cacheDir("faketime");
  const library = join(folder, "root/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
  if (await exists(library)) return library;
  await Deno.mkdir(folder, { recursive: true });
  const script = "apt-get download libfaketime && dpkg -x libfaketime_*.deb root";
  await new Deno.Command("bash", { args: ["-c", script], cwd: folder }).output();
  return await exists(library) ? library : undefined;
}

/** A damaged archive among good ones. */
async function* verifyPoison({ folder, plan: small }: Small): AsyncGenerator<VerifyRow> {
  const [, archive] = (small.stages.pages as { from: string[] }).from;
  const bytes = await Deno.readFile(archive);
  const poison = join(folder, "zzz-poison.warc.gz");
  bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 400);
  await Deno.writeFile(poison, bytes);
  const pages = small.stages.pages as Record<string, unknown>;
  const from = [...pages.from as string[], poison];
  const stages = { ...small.stages, pages: { ...pages, from, shards: 3 } };
  const path = join(folder, "poison.json");
  const run = join(folder, "poison");
  await Deno.writeTextFile(path, JSON.stringify({ ...small, stages }));
  const refused = await plan(["submit", path, run]);
  yield claim("a damaged archive, where none may be put aside", "", {
    ours: `${refused.code}: ${lastLine(refused)}`.slice(0, 160),
    allowed: "exit code 3, and why",
    holds: refused.code === 3 &&
      /at most 0 shards may be put aside: shard \d is, the first by InvalidData/.test(refused.errors),
  });
  await Deno.writeTextFile(path, JSON.stringify({ ...small, stages, quarantined: 1 }));
  const allowed = await plan(["submit", path, run]);
  yield same("the same, where one may", "", "0", `${allowed.code}`);
  const [withIt, without] = [await mergedOf(run), await mergedOf(join(folder, "small"))];
  yield same(
    "documents beside it",
    "without the damaged archive",
    `${without.good.counts.documents}`,
    `${withIt.good.counts.documents}`,
  );
  yield same("shards put aside", "", "1", `${withIt.pages.quarantined.length}`);
}

async function* verifyRefused({ folder, path, plan: small }: Small): AsyncGenerator<VerifyRow> {
  const run = join(folder, "small");
  const other = join(folder, "other.json");
  await Deno.writeTextFile(other, JSON.stringify({ ...small, name: "other" }));
  yield sentence(
    "a folder of another plan",
    await plan(["submit", other, run]),
    `Cannot submit other to ${run} as it holds another plan: small`,
  );
  const { pages, good } = await mergedOf(run);
  const copy = join(folder, "copied");
  await new Deno.Command("cp", { args: ["-r", run, copy] }).output();
  await Deno.copyFile(join(copy, good.folder, "manifest.json"), join(copy, pages.folder, "manifest.json"));
  yield sentence(
    "a manifest of another stage",
    await plan(["status", copy]),
    `Cannot work on ${pages.folder} of ${copy} as its manifest.json belongs to ${good.folder} of the plan small`,
  );
  yield sentence(
    "no sbatch",
    await plan(["submit", path, join(folder, "slurmless"), "--engine", "slurm"], { PATH: "/nowhere" }),
    "Cannot submit to Slurm as there is no scontrol here: run it where jobs of the cluster are submitted",
  );
  yield sentence(
    "no head of Ray",
    await plan([
      "submit",
      path,
      join(folder, "rayless"),
      "--engine",
      "ray",
      "--address",
      "http://127.0.0.1:9",
    ]),
    "Cannot submit to Ray as nothing answers at http://127.0.0.1:9: start a head there with ray start --head",
  );
}

/** A disk that is full, one that is read-only, and a folder that nobody may write to. */
async function* verifyDisks({ folder, path, expected }: Small): AsyncGenerator<VerifyRow> {
  const disk = join(folder, "disk");
  await Deno.mkdir(disk);
  const mounted = await new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=300k", "tmpfs", disk] })
    .output()
    .then(({ success }) => success, () => false);
  if (!mounted) yield skipped("a full disk", "a small disk can be mounted by root alone");
  else {
    try {
      const full = await plan(["submit", path, disk, "--workers", "1"]);
      yield claim("a full disk", "", {
        ours: `${full.code}: ${lastLine(full)}`.slice(0, 160),
        allowed: "says so, exit code not 0",
        holds: full.code !== 0 && /the disk is full/.test(full.errors),
      });
      await new Deno.Command("mount", { args: ["-o", "remount,size=64m", disk] }).output();
      await plan(["submit", path, disk, "--workers", "1"]);
      yield same("SHA-256 once it has room", "one run", expected, await digestOf(disk));
      await new Deno.Command("mount", { args: ["-o", "remount,ro", disk] }).output();
      yield sentence(
        "a disk that is read-only",
        await plan(["submit", path, disk]),
        `Cannot write to ${disk} as its disk is read-only`,
      );
    } finally {
      await new Deno.Command("umount", { args: ["-l", disk] }).output();
    }
  }
  const closed = join(dirname(disk), "closed");
  await Deno.mkdir(closed);
  // Root writes where nobody may; but not into what nothing may change.
  const fixed = await new Deno.Command("chattr", { args: ["+i", closed] }).output().then(
    ({ success }) => success,
    () => false,
  );
  if (!fixed) await Deno.chmod(closed, 0o555);
  yield sentence(
    "no permission",
    await plan(["submit", path, closed]),
    `Cannot write to ${closed} as there is no permission to`,
  );
  if (fixed) await new Deno.Command("chattr", { args: ["-i", closed] }).output();
  else await Deno.chmod(closed, 0o755);
}

function sentence(
  item: string,
  ended: { code: number; errors: string; said: string },
  expected: string,
): VerifyRow {
  return same(`${item}: exit code and last line`, "", `1: ${expected}`, `${ended.code}: ${lastLine(ended)}`);
}
