/** The processes below one, the lowest first. */
export async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number[]>();
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    parents.set(parent, [...parents.get(parent) ?? [], Number(name)]);
  }
  const below = (parent: number): number[] =>
    (parents.get(parent) ?? []).flatMap((child) => [...below(child), child]);
  return below(pid);
}

/** End a process at once, if it has not ended. */
export function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** The memory of a process in bytes, its share of what several have in common; 0 if it has ended. */
export async function memoryOf(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`).catch(() => "");
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}
