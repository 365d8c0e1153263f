import type { Parameter } from "./law.ts";

/** Parameters that the curve laws share. */
export const L0: Parameter = {
  name: "L0",
  unit: "nats per token",
  lower: 1e-4,
  upper: 50,
  transform: "log",
};
export const A: Parameter = { name: "A", unit: "nats per token", lower: 1e-9, upper: 1e6, transform: "log" };
export const alpha: Parameter = { name: "alpha", unit: "1", lower: 1e-3, upper: 5, transform: "log" };
export const B: Parameter = {
  name: "B",
  unit: "nats per token per learning rate",
  lower: 1e-9,
  upper: 1e9,
  transform: "log",
};
export const beta: Parameter = { name: "beta", unit: "1", lower: 1e-3, upper: 1, transform: "log" };

/** An exponent of either sign. */
export function exponent(name: string): Parameter {
  return { name, unit: "1", lower: -3, upper: 3, transform: "identity" };
}
