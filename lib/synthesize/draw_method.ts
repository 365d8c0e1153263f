import { hash32, ofKind } from "../base/mod.ts";
import type { Method } from "./method.ts";

/**
 * Each document by one of several methods, drawn by its id: a grid of forms and audiences spread over a corpus, so that no
 * form sees only one kind of page.
 *
 * @throws {RangeError} If there is no method.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { distill, drawMethod, Random } from "midtrain/synthesize";
 *
 * const grid = drawMethod((["faq", "table"] as const).map((format) => distill(format)));
 * const text = "The whale is a mammal and must rise to breathe. ".repeat(5);
 * const asked = ["1", "2", "3", "4", "5", "6"].map((id) => grid.build({ id, text, source: "", meta: {} }, new Random(1)));
 * assert(new Set(asked.map(([prompt]) => prompt.messages[0].content)).size === 2);
 * ```
 */
export function drawMethod(methods: readonly Method[]): Method {
  ofKind("Cannot draw a method", { methods }, "a list of objects with id, build, read");
  if (methods.length === 0) throw new RangeError("Cannot draw a method as there is none");
  const rounds = Math.max(...methods.map(({ rounds = 1 }) => rounds));
  const drawn = ({ id }: { id: string }) => methods[hash32(id) % methods.length];
  return {
    id: `one-of(${methods.map(({ id }) => id).join(",")})`,
    settings: methods.map(({ settings = null }) => settings),
    kind: methods[0].kind,
    build: (document, random) => drawn(document).build(document, random),
    ...(rounds > 1
      ? { rounds, next: (answers, document) => drawn(document).next?.(answers, document) ?? [] }
      : {}),
    read: async (answers, document) => {
      const method = drawn(document);
      const results = await method.read(answers, document);
      return results.map((one) =>
        "rejected" in one ? one : { ...one, meta: { ...one.meta, recipe: method.id } }
      );
    },
  };
}

/**
 * The name that {@linkcode drawMethod} had.
 *
 * @throws {TypeError} Always: the name says now what `midtrain/base` has under it.
 * @deprecated Use {@linkcode drawMethod}.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { oneOf } from "midtrain/synthesize";
 *
 * assert.throws(() => oneOf([]), { message: "Cannot draw a method by oneOf as it is called drawMethod now" });
 * ```
 */
export function oneOf(_methods: readonly Method[]): never {
  throw new TypeError("Cannot draw a method by oneOf as it is called drawMethod now");
}
