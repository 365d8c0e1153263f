import { rounded } from "../_execute.ts";
import { valueOf } from "../verify_solution.ts";
import { type Environment, type JsonObject, objectSchema, textSchema, ToolRefusal } from "./environment.ts";

/** A calculator that keeps nothing. */
export const calculator: Environment<JsonObject> = {
  name: "calculator@1",
  canonical: (state) => state,
  tools: [{
    name: "calculate",
    description: "Compute an arithmetic expression with + - * / ^ % and parentheses.",
    parameters: objectSchema({ expression: textSchema("The expression, for example (3 + 4.5) * 2") }),
    run(_, { expression }) {
      const text = `${expression}`.replaceAll("**", "^");
      const tokens = text.match(/\d+(?:\.\d+)?|\.\d+|[-+*/^()%]|\S/g) ?? [];
      const value = valueOf(tokens);
      if (value === undefined) throw new ToolRefusal(`${JSON.stringify(expression)} cannot be computed`);
      return { observation: rounded(value) };
    },
  }],
};
