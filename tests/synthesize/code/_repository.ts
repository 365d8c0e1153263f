/** Files that a commit writes; `undefined` deletes one, bytes are written as they are. */
export type Files = Record<string, string | Uint8Array | undefined>;

/** A repository that a test makes, in a folder that is removed with it. */
export class Repository implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async make(): Promise<Repository> {
    const repository = new Repository(await Deno.makeTempDir({ prefix: "midtrain-repository-" }));
    await repository.git("init", "--quiet", "--initial-branch=trunk");
    return repository;
  }

  /** Write files and commit them; gives the commit's hash. */
  async commit(message: string, files: Files): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      const at = `${this.folder}/${path}`;
      if (content === undefined) {
        await Deno.remove(at);
        continue;
      }
      await Deno.mkdir(at.replace(/\/[^/]*$/, ""), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(at, content);
      else await Deno.writeFile(at, content);
    }
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--allow-empty", `--message=${message}`);
    return (await this.git("rev-parse", "HEAD")).trim();
  }

  /** Run git as a user would, with the repository's own settings. */
  async git(...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("git", {
      args,
      cwd: this.folder,
      clearEnv: true,
      env: {
        PATH: Deno.env.get("PATH")!,
        HOME: this.folder,
        GIT_AUTHOR_NAME: "a",
        GIT_AUTHOR_EMAIL: "a@b",
        GIT_COMMITTER_NAME: "a",
        GIT_COMMITTER_EMAIL: "a@b",
        GIT_AUTHOR_DATE: "2026-01-01T00:00Z",
        GIT_COMMITTER_DATE: "2026-01-01T00:00Z",
      },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}
