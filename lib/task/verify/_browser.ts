/**
 * A headless Chromium by its debugging protocol, as far as looking at pages needs it; a driver from npm would bring browsers of
 * its own.
 */
const programs = ["chromium", "chromium-browser", "google-chrome"];

/** An event of a page, as the protocol names it. */
export interface BrowserEvent {
  method: string;
  params: Record<string, unknown>;
}

/** The first Chromium on the path; `undefined` where there is none. */
export async function findBrowser(): Promise<string | undefined> {
  for (const program of programs) {
    try {
      const { success } = await new Deno.Command(program, {
        args: ["--version"],
        stdout: "null",
        stderr: "null",
      })
        .output();
      if (success) return program;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** One page of a browser that was started for it. */
export class BrowserPage implements AsyncDisposable {
  /** What happened on the page since this was last emptied. */
  readonly events: BrowserEvent[] = [];
  #process: Deno.ChildProcess;
  #socket: WebSocket;
  #folder: string;
  #session = "";
  #asked = 0;
  #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  #loaded = Promise.withResolvers<void>();

  private constructor(process: Deno.ChildProcess, socket: WebSocket, folder: string) {
    this.#process = process;
    this.#socket = socket;
    this.#folder = folder;
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(data)));
  }

  /** Start a browser and open an empty page. It looks at pages of this project only. */
  static async open(program: string): Promise<BrowserPage> {
    const folder = await Deno.makeTempDir({ prefix: "midtrain-browser-" });
    // A browser of the superuser, as in containers, refuses to start in its own sandbox.
    const root = Deno.uid() === 0 ? ["--no-sandbox"] : [];
    const args = [
      "--headless",
      ...root,
      "--remote-debugging-port=0",
      `--user-data-dir=${folder}`,
      "about:blank",
    ];
    const process = new Deno.Command(program, { args, stdout: "null", stderr: "piped" }).spawn();
    const socket = new WebSocket(await addressOf(process));
    await new Promise((open, fail) => {
      socket.addEventListener("open", open);
      socket.addEventListener("error", fail);
    });
    const page = new BrowserPage(process, socket, folder);
    const { targetId } = await page.ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await page.ask("Target.attachToTarget", { targetId, flatten: true });
    page.#session = String(sessionId);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await page.ask(`${domain}.enable`);
    return page;
  }

  /** Ask the browser something by the protocol. */
  ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#asked;
    const answer = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, answer);
    const session = this.#session ? { sessionId: this.#session } : {};
    this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    return answer.promise;
  }

  /** Look at an address at a width in pixels, by day or by night. */
  async look(url: string, { width, dark }: { width: number; dark: boolean }): Promise<void> {
    await this.ask("Emulation.setDeviceMetricsOverride", {
      width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
    await this.ask("Emulation.setEmulatedMedia", { features });
    this.#loaded = Promise.withResolvers();
    const { loaderId } = await this.ask("Page.navigate", { url });
    // Another place of the same page loads nothing.
    if (loaderId !== undefined) await this.#loaded.promise;
  }

  /** What an expression gives on the page; a promise is awaited. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.ask("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    }) as { result: { value: T }; exceptionDetails?: unknown };
    if (exceptionDetails) throw new Error(`Cannot evaluate on a page: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  /** A picture of what the window shows, as PNG. */
  async picture(): Promise<Uint8Array> {
    const { data } = await this.ask("Page.captureScreenshot", { format: "png" });
    return Uint8Array.fromBase64(String(data));
  }

  #hear(
    said:
      & { id?: number; result?: Record<string, unknown>; error?: { message: string } }
      & Partial<BrowserEvent>,
  ) {
    if (said.id === undefined) {
      if (said.method === "Page.loadEventFired") this.#loaded.resolve();
      this.events.push({ method: said.method ?? "", params: said.params ?? {} });
      return;
    }
    const answer = this.#waiting.get(said.id);
    this.#waiting.delete(said.id);
    if (said.error) answer?.reject(new Error(`Cannot drive the browser: ${said.error.message}`));
    else answer?.resolve(said.result ?? {});
  }

  /** End the browser. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    this.#process.kill();
    await this.#process.status;
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
  }
}

/** Where a browser that was just started listens, by what it says. */
async function addressOf(process: Deno.ChildProcess): Promise<string> {
  let said = "";
  const reader = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    said += part.value;
    const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
    if (address === undefined) continue;
    // What it says later is of no use, but must be read for it to go on.
    void (async () => {
      while (!(await reader.read()).done);
    })();
    return address;
  }
  throw new Error(`Cannot look at pages as the browser did not start: ${said.trim().split("\n").at(-1)}`);
}
