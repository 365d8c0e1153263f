/** A disk of 256 kB, or undefined where this process may not mount one. */
export async function smallDisk(): Promise<{ path: string } & AsyncDisposable | undefined> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return;
  const path = await Deno.makeTempDir();
  const mount = new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=256k", "tmpfs", path] });
  if (!(await mount.output()).success) return;
  return {
    path,
    [Symbol.asyncDispose]: async () => void await new Deno.Command("umount", { args: [path] }).output(),
  };
}

/** Whether {@linkcode smallDisk} gives one. */
export async function canMount(): Promise<boolean> {
  await using disk = await smallDisk();
  return disk !== undefined;
}
