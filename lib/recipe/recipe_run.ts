import type { RunComparison } from "../evaluate/mod.ts";
import type { Criterion } from "./recipe.ts";
import type { RunStep } from "./_run_steps.ts";
import type { ScaleRecipeOptions } from "./scale_recipe.ts";
import type { ScaledRecipe } from "./scaled_recipe.ts";
import type { StandIn } from "./stand_ins.ts";

/** What a run of a recipe needs to know. */
export interface RunRecipeOptions extends Omit<ScaleRecipeOptions, "pools" | "parameters"> {
  /** The text: what is trained on and what is measured, by kind. */
  texts: readonly StandIn[];
  /** A folder: each stage is kept in one named by the hash of what it is made from, and not made twice. */
  folder: string;
  /** The small model's shape. @default {2 layers of width 64, 2 heads, 160 in the middle} */
  model?: { layers: number; width: number; heads: number; feedForward: number } | undefined;
  /** Seeds of the whole run. @default {1} */
  seeds?: number | undefined;
  /** Windows measured of each kind of text. @default {96} */
  windows?: number | undefined;
}

/** What a run would do. */
export interface RecipePlan {
  /** The recipe at the small size. */
  scaled: ScaledRecipe;
  /** Every stage of both arms and all seeds, in the order in which they run. */
  steps: RunStep[];
}

/** How one criterion ended. */
export interface Verdict extends Criterion {
  /** The change against the control, in bits per byte; absent where nothing of its kind was measured. */
  change?: { estimate: number; low: number; high: number };
  /** Whether it holds; `unclear` where the interval has both sides of the line. */
  holds: "yes" | "no" | "unclear" | "not measured";
}

/** What a scaled run gave. */
export interface RecipeRun {
  /** The recipe. */
  recipe: string;
  /** The recipe at the small size. */
  scaled: ScaledRecipe;
  /** Bits per byte of each kind of text, from the end of pre-training to the end of the recipe: above 0 is forgotten. */
  changes: RunComparison[];
  /** From a control, that went on with the mixture of pre-training, to the recipe: what its mixtures are worth. */
  worth: RunComparison[];
  /** The standard deviation of that worth between seeds, by kind of text, in bits per byte; absent with one seed. */
  noise: Record<string, number>;
  /** The recipe's criteria, set before the run. */
  verdicts: Verdict[];
  /** Steps that were taken now. */
  ran: number;
  /** Steps that were there. */
  skipped: number;
}
