import type { Message } from "./_kernel.ts";
import { type Cell, joinText, type Output } from "./nbformat.ts";

/** Turns what a kernel publishes into the outputs of cells. One for a whole run, as a display may be updated later. */
export class Outputs {
  #displays = new Map<string, { cell: Cell; index: number }[]>();
  #clearNext = new Set<Cell>();

  /** Apply one message to the cell that runs. */
  apply(message: Message, cell: Cell): void {
    const { type, content } = message;
    if (type === "clear_output") {
      if (content.wait) this.#clearNext.add(cell);
      else this.#clear(cell);
    } else if (type === "update_display_data") {
      for (const { cell: shown, index } of this.#displays.get(content.transient?.display_id) ?? []) {
        Object.assign(shown.outputs![index], { data: content.data, metadata: content.metadata ?? {} });
      }
    } else if (type === "stream") {
      this.#print(cell, content.name, content.text);
    } else if (type === "display_data" || type === "execute_result") {
      const index = this.#add(cell, {
        output_type: type,
        data: content.data,
        metadata: content.metadata ?? {},
        ...(type === "execute_result" ? { execution_count: cell.execution_count ?? null } : {}),
      });
      const id = content.transient?.display_id;
      if (id) this.#displays.set(id, [...this.#displays.get(id) ?? [], { cell, index }]);
    } else if (type === "error") {
      this.#add(cell, {
        output_type: "error",
        ename: String(content.ename),
        evalue: String(content.evalue),
        traceback: content.traceback ?? [],
      });
    }
  }

  #print(cell: Cell, name: "stdout" | "stderr", text: string): void {
    const last = this.#clearNext.has(cell) ? undefined : cell.outputs!.at(-1);
    if (last?.output_type === "stream" && last.name === name) last.text = joinText(last.text) + text;
    else this.#add(cell, { output_type: "stream", name, text });
  }

  #add(cell: Cell, output: Output): number {
    if (this.#clearNext.has(cell)) this.#clear(cell);
    return cell.outputs!.push(output) - 1;
  }

  #clear(cell: Cell): void {
    this.#clearNext.delete(cell);
    cell.outputs!.length = 0;
    for (const [id, shown] of this.#displays) {
      this.#displays.set(
        id,
        shown.filter((place) => place.cell !== cell),
      );
    }
  }
}
