/** How a program ended. */
export type SandboxStatus =
  /** It ran to the end of its text, and its process ended with code 0. It says nothing of what the text tests. */
  | "ok"
  /** It threw, did not parse, left before its end (also with code 0), or left with another code than 0. */
  | "error"
  /** It was killed when its processor time or its time was up. */
  | "timeout"
  /** It was killed when its memory was up. */
  | "memory"
  /** It was killed when it had printed too much. */
  | "output";

/** What a program did. */
export interface SandboxResult {
  /** How it ended. */
  status: SandboxStatus;
  /** What it printed, cut at `maxOutputBytes`. */
  stdout: string;
  /** Its error message, or what it printed there. */
  stderr: string;
}
