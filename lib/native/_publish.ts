import { basename, dirname } from "node:path";

/** How a folder is made. */
export interface PublishOptions {
  /** Whether the folder stands there, whole. */
  whole: (folder: string) => Promise<boolean>;
  /** Fills an empty folder beside it. */
  make: (staging: string) => Promise<void>;
  /** Called once if another process is at work on the same folder. */
  onWait?: () => void;
  /** Stops the waiting. */
  signal?: AbortSignal | undefined;
}

const POLL_MILLISECONDS = 200;

/**
 * Make a folder present as a whole: it is filled under another name and takes its own by rename, so a kill at any moment
 * leaves either all of it or none. Processes that ask at once do the work once: the lock is the kernel's, and ends with
 * its holder however that ends. What dead processes left is removed.
 */
export async function publish(folder: string, options: PublishOptions): Promise<void> {
  const { whole, make } = options;
  if (await whole(folder)) return;
  await Deno.mkdir(dirname(folder), { recursive: true });
  using lock = await Deno.open(`${folder}.lock`, { write: true, create: true });
  for (let waiting = false; !await lock.tryLock(true);) {
    if (!waiting) options.onWait?.();
    waiting = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    options.signal?.throwIfAborted();
  }
  if (await whole(folder)) return;
  await removeLeftovers(folder);
  const staging = `${folder}.${Deno.pid}.partial`;
  try {
    await Deno.mkdir(staging);
    await make(staging);
    // What stands there is not whole: a pin has been tampered with, or the disk lost a part.
    await remove(folder);
    await Deno.rename(staging, folder);
  } finally {
    await remove(staging);
  }
}

/** Only the holder of the lock makes such folders, so all that are found belong to the dead. */
async function removeLeftovers(folder: string): Promise<void> {
  const mine = `${basename(folder)}.`;
  for await (const { name } of Deno.readDir(dirname(folder))) {
    if (name.startsWith(mine) && name.endsWith(".partial")) await remove(`${dirname(folder)}/${name}`);
  }
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
