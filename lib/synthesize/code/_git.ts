import { Buffer } from "node:buffer";

/** Nothing that a repository says of itself is obeyed, and nothing is fetched. */
const settings = [
  "core.hooksPath=/dev/null",
  "core.attributesFile=/dev/null",
  "core.fsmonitor=false",
  "core.commitGraph=false",
  "core.multiPackIndex=false",
  "protocol.allow=never",
].flatMap((setting) => ["-c", setting]);

/** What git is run with. */
export interface GitOptions {
  /** What it reads on its standard input. @default {nothing} */
  input?: string;
  /** The folder that it works in. @default {"/"} */
  folder?: string;
  /** More of its environment, which holds nothing of the user's. */
  env?: Record<string, string>;
}

/**
 * Run git without hooks, network, questions, and settings of user and system; undefined where it says no.
 *
 * @throws {Error} If git is missing.
 */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<Buffer | undefined> {
  const { input = "", folder = "/", env = {} } = options;
  const child = started(args, folder, env);
  const writer = child.stdin.getWriter();
  const fed = writer.write(new TextEncoder().encode(input)).then(() => writer.close(), () => {});
  const [{ success, stdout }] = await Promise.all([child.output(), fed]);
  return success ? Buffer.from(stdout) : undefined;
}

function started(args: readonly string[], folder: string, env: Record<string, string>): Deno.ChildProcess {
  try {
    return new Deno.Command("git", {
      args: [...settings, ...args],
      cwd: folder,
      clearEnv: true,
      env: {
        PATH: Deno.env.get("PATH") ?? "",
        LC_ALL: "C",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_SYSTEM: "/dev/null",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_ATTR_NOSYSTEM: "1",
        GIT_TERMINAL_PROMPT: "0",
        GIT_OPTIONAL_LOCKS: "0",
        GIT_NO_LAZY_FETCH: "1",
        GIT_LITERAL_PATHSPECS: "1",
        ...env,
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error("Cannot read commits as git is missing: install it", { cause: error });
  }
}
