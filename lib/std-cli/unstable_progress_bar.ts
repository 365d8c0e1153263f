/** What a formatter is given. */
export interface ProgressBarFormatter {
  /** The time since the start, as `mm:ss`. */
  styledTime: string;
  /** The bar itself, for example `###-------`. */
  progressBar: string;
  /** Milliseconds since the start. */
  time: number;
  /** Milliseconds at the drawing before. */
  previousTime: number;
  /** How much is done. */
  value: number;
  /** How much was done at the drawing before. */
  previousValue: number;
  /** How much there is in all. */
  max: number;
}

/** Options of {@linkcode ProgressBar}. */
export interface ProgressBarOptions {
  /** Where the bar is written. @default {Deno.stderr.writable} */
  writable?: WritableStream<Uint8Array>;
  /** How much is done at the start. @default {0} */
  value?: number;
  /** How much there is in all. */
  max: number;
  /** The bar's length in characters. @default {50} */
  barLength?: number;
  /** The character for what is done. @default {"#"} */
  fillChar?: string;
  /** The character for what is left. @default {"-"} */
  emptyChar?: string;
  /** Whether the bar goes away at its end. @default {false} */
  clear?: boolean;
  /** Writes the line. @default {`[mm:ss] [###-------] [value/max]`} */
  formatter?: (formatter: ProgressBarFormatter) => string;
  /** Whether `writable` stays open at the end. @default {true} */
  keepOpen?: boolean;
}

const clearLine = "\r\x1b[K";

/** A bar on a terminal, drawn once a second from {@linkcode ProgressBar.value}. */
export class ProgressBar {
  /** How much is done. */
  value: number;
  /** How much there is in all. */
  max: number;
  #options: Required<ProgressBarOptions>;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #started = Date.now();
  #previousTime = 0;
  #previousValue: number;
  #timer: ReturnType<typeof setInterval>;
  #writing: Promise<void> = Promise.resolve();

  /** Draw a bar. */
  constructor(options: ProgressBarOptions) {
    this.#options = {
      writable: options.writable ?? Deno.stderr.writable,
      barLength: 50,
      fillChar: "#",
      emptyChar: "-",
      clear: false,
      keepOpen: true,
      value: 0,
      formatter: ({ styledTime, progressBar, value, max }) =>
        `[${styledTime}] [${progressBar}] [${value}/${max}]`,
      ...options,
    };
    this.value = this.#previousValue = this.#options.value;
    this.max = options.max;
    this.#writer = this.#options.writable.getWriter();
    this.#timer = setInterval(() => this.#draw(), 1000);
    this.#draw();
  }

  /** Draw the last state, or clear the line, and let go of the stream. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#options.clear) this.#write(clearLine);
    else {
      this.#draw();
      this.#write("\n");
    }
    await this.#writing;
    if (this.#options.keepOpen) this.#writer.releaseLock();
    else await this.#writer.close().catch(() => {});
  }

  #draw(): void {
    const { barLength, fillChar, emptyChar, formatter } = this.#options;
    const time = Date.now() - this.#started;
    const seconds = Math.floor(time / 1000);
    const two = (n: number) => String(n).padStart(2, "0");
    const full = Math.trunc(Math.min(Math.max(this.value / this.max, 0), 1) * barLength) ||
      0;
    const line = formatter({
      styledTime: `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`,
      progressBar: fillChar.repeat(full) + emptyChar.repeat(barLength - full),
      time,
      previousTime: this.#previousTime,
      value: this.value,
      previousValue: this.#previousValue,
      max: this.max,
    });
    this.#previousTime = time;
    this.#previousValue = this.value;
    this.#write(clearLine + line);
  }

  /** A reader that has gone away is no reason to stop the work. */
  #write(text: string): void {
    this.#writing = this.#writing.then(() => this.#writer.write(new TextEncoder().encode(text))).catch(() =>
      clearInterval(this.#timer)
    );
  }
}
