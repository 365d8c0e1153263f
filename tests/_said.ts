/** What a Deno process printed, without Deno's own notice that another process was installing packages. */
export function said(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/^Blocking waiting for file lock .*\n/gm, "");
}
