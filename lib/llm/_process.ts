import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensure } from "../native/mod.ts";
import type { OpenModelOptions } from "./model.ts";

/** Seconds that the process has to end by itself before it is killed. */
const GRACE_SECONDS = 5;

/** What the embedded model's process says when it is ready. */
export interface Announcement {
  /** The base address of its API. */
  url: string;
  /** The language model's name. */
  model: string;
  /** Weights and engine, as far as they decide the answers. */
  identity: string;
}

/** A hold on a running server. */
export interface Lease extends Announcement {
  /** Why the process is gone, once it is. */
  ended(): string | undefined;
  /** Let go; the last one stops the process. */
  release(): Promise<void>;
}

interface Running {
  holders: number;
  started: Promise<
    { announcement: Announcement; ended: () => string | undefined; stop: () => Promise<void> }
  >;
}

const running = new Map<string, Running>();

/**
 * The embedded model's server in a process of its own, shared by all who ask for the same settings: a notebook's own event loop stays
 * free, and a crash in native code takes nothing along. The process ends with its last holder, and with this process however that ends,
 * as its standard input closes then.
 */
export async function acquireServer(
  options: Pick<OpenModelOptions, "modelPath" | "context" | "threads" | "sequences" | "onProgress">,
): Promise<Lease> {
  const { modelPath } = options;
  const args = [
    ...(modelPath === undefined ? [] : ["--model", resolve(modelPath)]),
    ...(options.context === undefined ? [] : ["--context", `${options.context}`]),
    ...(options.threads === undefined ? [] : ["--threads", `${options.threads}`]),
    ...(options.sequences === undefined ? [] : ["--sequences", `${options.sequences}`]),
  ];
  const key = args.join(" ");
  if (modelPath === undefined) await ensure("smollm2", { onProgress: options.onProgress });
  let server = running.get(key);
  if (!server || await server.started.then(({ ended }) => ended() !== undefined, () => true)) {
    // Somebody else may have started one while this one was found dead.
    if (running.get(key) === server) {
      server = { holders: 0, started: start(args) };
      running.set(key, server);
    } else server = running.get(key)!;
  }
  const held = server;
  held.holders++;
  let released = false;
  const release = async () => {
    if (released) return;
    released = true;
    if (--held.holders > 0) return;
    if (running.get(key) === held) running.delete(key);
    await held.started.then(({ stop }) => stop(), () => {});
  };
  try {
    const { announcement, ended } = await held.started;
    return { ...announcement, ended, release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function start(args: string[]): Running["started"] {
  const program = fileURLToPath(new URL("../task/serve.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, "--port", "0", "--child", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let end: Deno.CommandStatus | undefined;
  const status = child.status.then((value) => end = value);
  const ended = () =>
    end &&
    `The embedded model's process ended ${
      end.signal ? `by ${end.signal}` : `with code ${end.code}`
    }: open it again`;
  let said = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += part;
    if (said.includes("\n")) break;
  }
  const first = JSON.parse(said.trim() || "{}") as Partial<Announcement> & { error?: string };
  const stop = async () => {
    child.ref();
    await child.stdin.close().catch(() => {});
    // It ends by itself after the requests in progress; nobody waits for them any more.
    const timer = setTimeout(() => child.kill("SIGKILL"), 1000 * GRACE_SECONDS);
    await status;
    clearTimeout(timer);
  };
  if (first.url === undefined) {
    await stop();
    throw new Error(first.error ?? `Cannot start the embedded model: ${ended()}`);
  }
  // A program may end while a model is open.
  child.unref();
  return { announcement: first as Announcement, ended, stop };
}
