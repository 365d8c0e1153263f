import { type Bundle, display } from "./_jupyter.ts";

/** One updating display in a notebook; while one update is on its way, only the newest waits. */
export class Slot {
  #id = crypto.randomUUID();
  #shown = false;
  #sending: Promise<void> | undefined;
  #waiting: Bundle | undefined;

  /** Show this in the display's place. */
  draw(bundle: Bundle): void {
    this.#waiting = bundle;
    this.#sending ??= this.#send();
  }

  /** Wait until the newest is shown. */
  async settled(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#waiting) {
      const bundle = this.#waiting;
      this.#waiting = undefined;
      await display(bundle, { id: this.#id, update: this.#shown });
      this.#shown = true;
    }
    this.#sending = undefined;
  }
}
