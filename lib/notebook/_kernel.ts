// deno-lint-ignore-file camelcase -- the protocol's names
import { createHmac, randomUUID } from "node:crypto";
import { Socket, text } from "./_zmtp.ts";

/** One message of the kernel's protocol (jupyter-client, "Messaging in Jupyter", version 5.3). */
export interface Message {
  type: string;
  parent: string;
  // deno-lint-ignore no-explicit-any
  content: any;
}

/** What a cell came to. */
export interface Reply {
  status: "ok" | "error";
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

/** The kernel's process ended although nobody asked it to, or speaks no sense. */
export class DeadKernelError extends Error {
  override name = "DeadKernelError";
}

/** Where and how a kernel starts. */
export interface KernelOptions {
  /** The folder it runs in; Deno looks for its configuration from there upwards. */
  folder: string;
  /** Variables beside the inherited ones. */
  env?: Record<string, string>;
}

const ports = ["shell", "iopub", "control", "stdin", "hb"] as const;
const attempts = 3;
const startSeconds = 60;

/**
 * A Deno kernel in its own process, and the client's side of its sockets.
 *
 * Our own client, because nbclient and papermill need Python and stop listening when the kernel is idle, while this
 * kernel's outputs may come after that.
 */
export class Kernel {
  /** Rejects with {@linkcode DeadKernelError} when the process ends unasked or cannot be understood. */
  readonly died: Promise<never>;
  #process: Deno.ChildProcess;
  #key: string;
  #sockets: { shell: Socket; iopub: Socket } | undefined;
  #listeners = new Map<string, (message: Message) => void>();
  #stopping = false;
  #log = "";
  #drained: Promise<unknown>;
  #broken = Promise.withResolvers<never>();

  private constructor(file: string, key: string, options: KernelOptions) {
    this.#key = key;
    this.#process = new Deno.Command("sh", {
      args: ["-c", underWatch, file, Deno.execPath(), "jupyter", "--kernel", "--conn", file],
      cwd: options.folder,
      env: { NO_COLOR: "1", ...options.env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#drained = Promise.all([this.#drain(this.#process.stdout), this.#drain(this.#process.stderr)]);
    const ended = this.#process.status.then(async (status) => {
      await this.#drained;
      if (this.#stopping) return new Promise<never>(() => {});
      const how = status.signal ? `signal ${status.signal}` : `exit code ${status.code}`;
      const lines = this.#log.split("\n").filter((line) =>
        line.trim() && !line.includes('"deno jupyter" is unstable')
      );
      const said = lines.slice(-5).join("\n");
      throw new DeadKernelError(`The kernel ended with ${how}${said ? `, its last words:\n${said}` : ""}`);
    });
    this.died = Promise.race([ended, this.#broken.promise]);
    this.died.catch(() => {});
  }

  /** Start a kernel and wait until it answers; a port taken in between is tried again with others. */
  static async start(options: KernelOptions): Promise<Kernel> {
    for (let attempt = 1;; attempt++) {
      const file = await Deno.makeTempFile({ prefix: "midtrain-kernel-", suffix: ".json" });
      const key = randomUUID();
      const numbers = freePorts();
      const connection = {
        ip: "127.0.0.1",
        transport: "tcp",
        key,
        signature_scheme: "hmac-sha256",
        kernel_name: "deno",
      };
      const named = Object.fromEntries(ports.map((name, i) => [`${name}_port`, numbers[i]]));
      await Deno.writeTextFile(file, JSON.stringify({ ...connection, ...named }));
      const kernel = new Kernel(file, key, options);
      try {
        await Promise.race([kernel.#connect(numbers[0], numbers[1]), kernel.died]);
        return kernel;
      } catch (error) {
        await kernel.kill();
        if (attempt === attempts) throw error;
      } finally {
        await Deno.remove(file).catch(() => {});
      }
    }
  }

  /**
   * Run code; `onMessage` gets everything it publishes, all of it before this returns.
   *
   * The kernel may publish outputs after it says that it is idle, and then under the next request's name. So a second
   * request publishes a mark behind them, and what comes before the mark belongs to the first.
   */
  async execute(code: string, onMessage: (message: Message) => void): Promise<Reply> {
    const reply = await this.#request(code, onMessage);
    const mark = randomUUID();
    const { promise: marked, resolve: seen } = Promise.withResolvers<void>();
    const { status } = await this.#request(
      `await globalThis[Symbol.for("midtrain.mark")]({ data: { "${markType}": "${mark}" }, metadata: {} });`,
      (message) =>
        message.content.data?.[markType] === mark ? seen() : isOutput(message) && onMessage(message),
    );
    // No clock here: on a busy machine a late mark would lose outputs. Code that broke the mark itself gets none.
    if (status === "ok") await Promise.race([marked, this.died]);
    return reply;
  }

  /** Ask the running cell to stop, as the notebook's Stop button does. */
  interrupt(): void {
    this.#signal("SIGINT");
  }

  /** End the process now and wait for its end. */
  async kill(): Promise<void> {
    this.#stopping = true;
    const watch = this.#process.stdin.getWriter();
    await watch.write(new TextEncoder().encode("ended\n")).catch(() => {});
    this.#signal("SIGKILL");
    await this.#process.status;
    await watch.close().catch(() => {});
    await this.#drained;
    this.#sockets?.shell.close();
    this.#sockets?.iopub.close();
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // It has ended already.
    }
  }

  async #request(code: string, onMessage: (message: Message) => void): Promise<Reply> {
    const id = randomUUID();
    const { promise: reply, resolve: replied } = Promise.withResolvers<Reply>();
    const { promise: idle, resolve: idled } = Promise.withResolvers<void>();
    this.#listeners.set(id, (message) => {
      if (message.type === "execute_reply") replied(message.content);
      else if (message.type === "status" && message.content.execution_state === "idle") idled();
      else onMessage(message);
    });
    const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false };
    await this.#send("execute_request", content, id);
    await Promise.race([Promise.all([reply, idle]), this.died]);
    return await reply;
  }

  async #connect(shellPort: number, iopubPort: number): Promise<void> {
    const deadline = performance.now() + startSeconds * 1000;
    const iopub = await dial(iopubPort, "SUB", deadline);
    const shell = await dial(shellPort, "DEALER", deadline);
    this.#sockets = { shell, iopub };
    for (const socket of [shell, iopub]) {
      this.#listen(socket).catch((error) =>
        this.#broken.reject(
          new DeadKernelError(`The kernel cannot be understood: ${error.message}`, { cause: error }),
        )
      );
    }
    // What is published before the subscription arrives is lost: knock until an answer is heard on iopub.
    const { promise: answered, resolve: answer } = Promise.withResolvers<boolean>();
    for (let heard = false; !heard;) {
      if (performance.now() > deadline) {
        throw new DeadKernelError("The kernel opened its ports but does not answer");
      }
      const id = randomUUID();
      this.#listeners.set(id, (message) => {
        if (message.type === "status" && message.content.execution_state === "idle") answer(true);
      });
      await this.#send("kernel_info_request", {}, id);
      heard = await Promise.race([answered, sleep(250).then(() => false)]);
    }
    await this.#request(prepare, () => {});
  }

  async #listen(socket: Socket): Promise<void> {
    for (let frames = await socket.receive(); frames; frames = await socket.receive()) {
      const start = frames.findIndex((frame) => frame.length === 9 && text(frame) === "<IDS|MSG>");
      const part = (i: number) => JSON.parse(text(frames[start + i]));
      const message = { type: part(2).msg_type, parent: part(3).msg_id, content: part(5) };
      this.#listeners.get(message.parent)?.(message);
    }
  }

  async #send(type: string, content: unknown, id: string): Promise<void> {
    const header = {
      msg_id: id,
      msg_type: type,
      session: this.#key,
      username: "midtrain",
      date: "",
      version: "5.3",
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const signature = parts.reduce((hmac, part) => hmac.update(part), createHmac("sha256", this.#key)).digest(
      "hex",
    );
    const encoder = new TextEncoder();
    await this.#sockets!.shell.send(["<IDS|MSG>", signature, ...parts].map((part) => encoder.encode(part)));
  }

  async #drain(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      this.#log = (this.#log + part).slice(-8192);
    }
  }
}

const markType = "application/x-midtrain-mark";

/**
 * The kernel under a watch: a second process that waits at a pipe whose other end this process holds. When the pipe breaks,
 * since this process was killed, the watch ends the kernel, also one that is starting or computes, and removes the connection
 * file. The shell becomes the kernel, so that signals reach it.
 */
const underWatch = `
  file=$0
  exec 3<&0
  { read -r word <&3 || { kill -9 $$; rm -f "$file"; } } >/dev/null 2>&1 &
  exec "$@" 3<&- </dev/null
`;

/** Before the first cell: the door for marks, kept here as a cell may replace `Deno`. */
const prepare = `
  globalThis[Symbol.for("midtrain.mark")] = Deno.jupyter.broadcast.bind(Deno.jupyter, "display_data");
  undefined;
`;

function isOutput(message: Message): boolean {
  return ["stream", "display_data", "update_display_data", "execute_result", "error", "clear_output"]
    .includes(
      message.type,
    );
}

function freePorts(): number[] {
  const listeners = ports.map(() => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  return listeners.map((listener) => {
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    return port;
  });
}

async function dial(port: number, type: "SUB" | "DEALER", deadline: number): Promise<Socket> {
  while (true) {
    try {
      return await Socket.dial(port, type);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(10);
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
