import { join } from "node:path";
import { cacheDir, exists } from "../../base/mod.ts";
import { descendants, kill } from "../_processes.ts";
import { until } from "./_venv.ts";

/** Debian's packages of Slurm and of what it loads, as they are unpacked without being installed. */
const PACKAGES = [
  ...["slurmctld", "slurmd", "slurm-client", "slurm-wlm-basic-plugins", "munge", "libmunge2", "libhwloc15"],
  ...[
    "libjson-c5",
    "liblua5.1-0",
    "libyaml-0-2",
    "libnuma1",
    "libdbus-1-3",
    "liblz4-1",
    "libreadline8",
    "libpam0g",
  ],
];

/** A Slurm of two nodes on this machine, with a queue of its own. */
export interface Slurm extends AsyncDisposable {
  /** What a process must have in its environment to speak with it. */
  env: Record<string, string>;
  /** Take a node away, as a machine that has lost its power. */
  lose(node: "n1" | "n2"): Promise<void>;
  /** What its daemons wrote. */
  logs(): Promise<string>;
}

/**
 * Start a real Slurm out of Debian's packages, unpacked into the cache.
 *
 * @returns It, or why it cannot be had.
 */
export async function startSlurm(): Promise<Slurm | string> {
  if (Deno.build.os !== "linux") return "Slurm runs on Linux alone";
  const prefix = cacheDir("slurm");
  const why = await unpack(prefix);
  if (why) return why;
  const folder = await Deno.makeTempDir({ prefix: "midtrain-slurm-" });
  const children: Record<string, Deno.ChildProcess> = {};
  const root = join(prefix, "root");
  const libraries = [
    "usr/lib/x86_64-linux-gnu",
    "lib/x86_64-linux-gnu",
    "usr/lib/x86_64-linux-gnu/slurm-wlm",
  ];
  const env = {
    LD_LIBRARY_PATH: libraries.map((path) => join(root, path)).join(":"),
    SLURM_CONF: join(folder, "slurm.conf"),
    PATH: `${join(root, "usr/bin")}:${Deno.env.get("PATH") ?? ""}`,
  };
  for (const name of ["state", "run", "spool-n1", "spool-n2"]) await Deno.mkdir(join(folder, name));
  const key = join(folder, "munge.key");
  await Deno.writeFile(key, crypto.getRandomValues(new Uint8Array(128)), { mode: 0o400 });
  const socket = join(folder, "run", "munge.sock");
  const host = Deno.hostname();
  await Deno.writeTextFile(env.SLURM_CONF, configuration({ folder, root, socket, host }));
  const start = (name: string, program: string, args: string[]) => {
    children[name] = new Deno.Command(join(root, "usr/sbin", program), {
      args,
      env,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  };
  const slurm: Slurm = {
    env,
    async lose(node) {
      const { pid } = children[node];
      // Its steps hang on it as the jobs of a machine do.
      for (const child of await descendants(pid)) kill(child);
      kill(pid);
      await children[node].status;
    },
    async logs() {
      const texts = ["slurmctld.log", "n1.log", "n2.log"].map((name) =>
        Deno.readTextFile(join(folder, name)).catch(() => "")
      );
      return (await Promise.all(texts)).join("\n");
    },
    async [Symbol.asyncDispose]() {
      for (const child of Object.values(children)) {
        for (const pid of await descendants(child.pid)) kill(pid);
        kill(child.pid);
        await child.status;
      }
      await Deno.remove(folder, { recursive: true }).catch(() => {});
    },
  };
  start("munged", "munged", [
    ...["--foreground", "--force", `--socket=${socket}`, `--key-file=${key}`],
    ...[`--pid-file=${join(folder, "run/munged.pid")}`, `--log-file=${join(folder, "munged.log")}`],
    `--seed-file=${join(folder, "munged.seed")}`,
  ]);
  await until(20, () => exists(socket));
  start("slurmctld", "slurmctld-wlm", ["-D", "-f", env.SLURM_CONF]);
  const stepd = join(root, "usr/sbin/slurmstepd-wlm");
  for (const node of ["n1", "n2"]) {
    start(node, "slurmd-wlm", ["-D", "-N", node, "-f", env.SLURM_CONF, "-d", stepd]);
  }
  const up = await until(30, async () => {
    const { stdout } = await new Deno.Command("sinfo", { args: ["-h", "-o", "%T %D"], env }).output();
    return new TextDecoder().decode(stdout).trim() === "idle 2";
  });
  if (up) return slurm;
  const said = (await slurm.logs()).trim().split("\n").at(-1);
  await slurm[Symbol.asyncDispose]();
  return `Slurm does not start: ${said}`;
}

async function unpack(prefix: string): Promise<string | undefined> {
  if (await exists(join(prefix, "root"))) return;
  const debs = join(prefix, "debs");
  await Deno.mkdir(debs, { recursive: true });
  try {
    const { success, stderr } = await new Deno.Command("apt-get", {
      args: ["download", ...PACKAGES],
      cwd: debs,
    }).output();
    if (!success) {
      return `Debian's packages of Slurm cannot be had: ${
        new TextDecoder().decode(stderr).trim().split("\n").at(-1)
      }`;
    }
    for await (const { name } of Deno.readDir(debs)) {
      const args = ["-x", join(debs, name), join(prefix, "root.partial")];
      await new Deno.Command("dpkg", { args }).output();
    }
    await Deno.rename(join(prefix, "root.partial"), join(prefix, "root"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return "apt-get and dpkg are not there, which bring Debian's Slurm";
    }
    throw error;
  }
}

function configuration(
  { folder, root, socket, host }: { folder: string; root: string; socket: string; host: string },
): string {
  return `ClusterName=midtrain
SlurmctldHost=${host}(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=${socket},cred_expire=10
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmctldPidFile=${folder}/run/slurmctld.pid
SlurmdPidFile=${folder}/run/%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/%n.log
PluginDir=${root}/usr/lib/x86_64-linux-gnu/slurm-wlm
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=2
ReturnToService=2
SlurmdTimeout=10
MaxArraySize=6
KillWait=5
SlurmctldPort=16817
NodeName=n1 NodeHostname=${host} NodeAddr=127.0.0.1 Port=16818 CPUs=1 RealMemory=1500 State=UNKNOWN
NodeName=n2 NodeHostname=${host} NodeAddr=127.0.0.1 Port=16819 CPUs=1 RealMemory=1500 State=UNKNOWN
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=60 State=UP
`;
}
