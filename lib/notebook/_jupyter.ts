/** The kernel's display functions; `undefined` outside a notebook, where merely reading them throws. */
export function jupyter(): typeof Deno.jupyter | undefined {
  try {
    return Deno.jupyter;
  } catch {
    return undefined;
  }
}

/** Where a bundle keeps what is said about its types, for example the text for those who do not see a figure. */
export const metadata = Symbol("metadata");

/** Shown things in their MIME types. */
export type Bundle = Record<string, unknown> & { [metadata]?: Record<string, unknown> };

/**
 * How long the kernel needs to pass a message on, in milliseconds. Frontends stop listening when a cell ends, and outputs
 * that are still on their way are lost.
 */
export const flushMilliseconds = 3;

/** Show a bundle and wait until it is on its way. */
export async function display(
  bundle: Bundle,
  options: { id?: string; update?: boolean } = {},
): Promise<void> {
  const { id, update = false } = options;
  await jupyter()!.broadcast(update ? "update_display_data" : "display_data", {
    data: bundle,
    metadata: bundle[metadata] ?? {},
    transient: id === undefined ? {} : { display_id: id },
  });
  await new Promise((resolve) => setTimeout(resolve, flushMilliseconds));
}
