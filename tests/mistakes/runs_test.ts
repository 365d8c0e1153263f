import { answered, type Loose, type Mistake } from "./_mistakes.ts";

const { differences, stageFolder }: Loose = await import("midtrain/run");

const mistakes: Mistake[] = [
  [
    () => stageFolder({ inputs: [], parameters: {}, code: "rules@1" }),
    "Cannot name a stage's folder as name must be a text: current value is an object",
  ],
  [
    () => stageFolder("good", { inputs: [], parameters: {}, version: "1" }),
    "Cannot name a stage's folder as there is no option version: known are inputs, parameters, code",
  ],
  [
    () => differences(undefined, {}),
    "Cannot compare as before must be an object: current value is undefined",
  ],
];

answered(mistakes);
