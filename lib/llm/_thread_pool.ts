import type { LibLlama } from "./_libllama.ts";

/** `ggml_threadpool_params`: a mask of 512 bytes, then the number of threads, their priority, how they wait, and two flags. */
const PARAMETER_BYTES = 528;

/** `GGML_BACKEND_DEVICE_TYPE_CPU`. */
const CPU = 0;

/** Threads that wait for the next batch; without them llama.cpp starts its own for each. */
export class ThreadPool {
  readonly pool: Deno.PointerValue;
  readonly #free: (pool: Deno.PointerValue) => void;

  private constructor(pool: Deno.PointerValue, free: (pool: Deno.PointerValue) => void) {
    this.pool = pool;
    this.#free = free;
  }

  /** So many threads, the caller's among them; none where one is enough, or llama.cpp's functions cannot be found by name. */
  static open(library: LibLlama, threads: number): ThreadPool | undefined {
    const { ggml_backend_dev_by_type, ggml_backend_dev_backend_reg, ggml_backend_reg_get_proc_address } =
      library;
    if (threads === 1 || !ggml_backend_dev_by_type || !library.ggml_threadpool_params_init) return undefined;
    const backend = ggml_backend_dev_backend_reg!(ggml_backend_dev_by_type(CPU));
    // Whatever a name stands for, its type is only known here.
    const find = (name: string) =>
      ggml_backend_reg_get_proc_address!(backend, new TextEncoder().encode(`${name}\0`)) as
        | Deno.PointerObject<never>
        | null;
    const make = find("ggml_threadpool_new");
    const free = find("ggml_threadpool_free");
    if (!make || !free) return undefined;
    const parameters = new Uint8Array(PARAMETER_BYTES);
    library.ggml_threadpool_params_init(parameters, threads);
    const pool = new Deno.UnsafeFnPointer(make, { parameters: ["buffer"], result: "pointer" }).call(
      parameters,
    );
    const release = new Deno.UnsafeFnPointer(free, { parameters: ["pointer"], result: "void" });
    return new ThreadPool(pool, (given) => release.call(given));
  }

  /** End the threads; no context may have them any more. */
  close(): void {
    this.#free(this.pool);
  }
}
