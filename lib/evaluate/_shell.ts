import { BWRAP, mustHaveEngine } from "./_bwrap.ts";
import { startConfined } from "./_confine.ts";

/** A machine as it is before anyone works on it. */
export interface ShellStart {
  /** Commands that run before. */
  prepare: string | null;
  /** Commands that run meanwhile. */
  background: string | null;
}

/** What came of commands. */
export interface ShellRun {
  /** What the last one printed, standard output and error, as far as it was taken. */
  output: string;
  /** Whether they ended in time, and what begins the machine did not fail. */
  ended: boolean;
}

/** Seconds that all commands together may take, as they may wait; each process, of the processor. */
const SECONDS = 10;
const FILE_KIBIBYTES = 8 * 1024;
const DISK_MEBIBYTES = 64;
const MOST_BYTES = 65536;

/** A small machine in memory: the programs of this one, read-only, and a root who has no rights outside. */
const sandbox = [
  ...["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"],
  ...["--uid", "0", "--gid", "0", "--hostname", "machine"],
  ...["--size", `${DISK_MEBIBYTES * 2 ** 20}`, "--tmpfs", "/", "--ro-bind", "/usr", "/usr"],
  ...["/bin", "/sbin", "/lib", "/lib64"].flatMap((path) => ["--ro-bind-try", path, path]),
  ...["--dev", "/dev", "--remount-ro", "/dev", "--proc", "/proc"],
  ...["/root", "/home", "/etc", "/tmp", "/var"].flatMap((path) => ["--dir", path]),
  // Where names such as awk and vi lead.
  ...["--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--chdir", "/root"],
];

/** The machine's beginning, then commands in one shell; what the last prints is heard. */
const script = `
ulimit -u 64; ulimit -v 1048576
echo 'root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/:/usr/sbin/nologin' > /etc/passwd
echo 'root:x:0:
daemon:x:1:
users:x:100:
nogroup:x:65534:' > /etc/group
eval "$1" > /dev/null 2>&1 || exit 1
test -z "$2" || { eval "$2" & } > /dev/null 2>&1
shift 2
while test $# -gt 1; do eval "$1" > /dev/null 2>&1; shift; done
eval "$1" 2>&1
exit 0
`;

const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", LANG: "C.UTF-8", USER: "root" };

/**
 * Run commands that nobody trusts, one after the other in one shell, on a machine that begins anew: in bubblewrap, without
 * network, users and rights, its disk in memory. Processes, files, memory and time are bounded; all ends with the last command.
 *
 * @throws {Error} If bubblewrap is missing, or may not make namespaces here.
 */
export async function runShell(
  cannot: string,
  { prepare, background }: ShellStart,
  commands: readonly string[],
): Promise<ShellRun> {
  await mustHaveEngine(cannot, "bwrap");
  const args = [...sandbox, "/bin/bash", "--norc", "-c", script, "bash"];
  const given = [prepare ?? "", background ?? "", ...commands];
  // The kernel counts processes of a user, and none of root's.
  const nobody = ["--pdeathsig", "KILL", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  const [runtime, before] = Deno.uid() === 0 ? ["/usr/bin/setpriv", [...nobody, BWRAP]] : [BWRAP, []];
  const child = startConfined(
    { runtime, args: [...before, ...args, ...given], env },
    SECONDS,
    FILE_KIBIBYTES,
  );
  let late = false;
  const kill = () => {
    late = true;
    child.kill("SIGKILL");
  };
  const timer = setTimeout(kill, 1000 * SECONDS);
  try {
    await child.stdin.close();
    const errors = new Response(child.stderr).text();
    const decoder = new TextDecoder();
    let output = "";
    for await (const part of child.stdout) {
      if (output.length < MOST_BYTES) output += decoder.decode(part, { stream: true });
      else if (!late) kill();
    }
    const { success } = await child.status;
    await errors;
    return { output: output.slice(0, MOST_BYTES), ended: success && !late };
  } finally {
    clearTimeout(timer);
  }
}
