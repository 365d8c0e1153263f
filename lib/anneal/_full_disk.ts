/** An error of a full disk with what it means for the work at hand; any other error as it is. */
export function explainFullDisk(error: unknown, what: string): unknown {
  return (error as { code?: string })?.code === "ENOSPC"
    ? new Error(`${what} as the disk is full`, { cause: error })
    : error;
}
