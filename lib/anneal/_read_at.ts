/** Fill `bytes` from a place in a file. */
export async function readAt<Bytes extends Uint8Array>(
  file: Deno.FsFile,
  at: number,
  bytes: Bytes,
): Promise<Bytes> {
  await file.seek(at, Deno.SeekMode.Start);
  for (let n = 0; n < bytes.length;) {
    const more = await file.read(bytes.subarray(n));
    if (more === null) {
      throw new SyntaxError(`Cannot read on as the file ends before byte ${at + bytes.length}`);
    }
    n += more;
  }
  return bytes;
}
