/** Passes text on as soon as it cannot be the beginning of a stop text. */
export class Writer {
  text = "";
  stopped = false;
  #sent = 0;

  constructor(readonly stops: string[], readonly onText?: (text: string) => void) {}

  write(piece: string): void {
    const from = Math.max(0, this.text.length - Math.max(0, ...this.stops.map((stop) => stop.length)));
    this.text += piece;
    const found = this.stops.map((stop) => this.text.indexOf(stop, from)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.text = this.text.slice(0, Math.min(...found));
      this.stopped = true;
    }
    this.#send(this.stopped ? this.text.length : this.text.length - this.#held());
  }

  end(piece: string): void {
    if (!this.stopped && piece) this.write(piece);
    this.#send(this.text.length);
  }

  #send(until: number): void {
    if (until > this.#sent) this.onText?.(this.text.slice(this.#sent, until));
    this.#sent = Math.max(this.#sent, until);
  }

  /** How many of the last characters may begin a stop text. */
  #held(): number {
    let held = 0;
    for (const stop of this.stops) {
      for (let n = Math.min(stop.length - 1, this.text.length); n > held; n--) {
        if (this.text.endsWith(stop.slice(0, n))) held = n;
      }
    }
    return held;
  }
}
