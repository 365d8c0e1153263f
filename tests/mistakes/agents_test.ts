import { answered, here, type Loose, type Mistake, page } from "./_mistakes.ts";

const { agentTasks, calculator, demonstrate, joinEnvironments, playTasks }: Loose = await import(
  "midtrain/synthesize"
);

const mistakes: Mistake[] = [
  [
    () => agentTasks(10),
    "Cannot write tasks as its options must be an object with count: current value is 10",
  ],
  [
    () => agentTasks({ count: 1, template: "clear-day" }),
    "Cannot write tasks as there is no option template: did you mean templates?",
  ],
  [
    () => agentTasks({ count: 1, templates: ["calendar"] }),
    "Cannot write tasks as template must be one of move-files, rename-in-files, sum-files, append-log, delete-empty, raise-prices, take-order, ask-stock, report-orders, first-free-hour, postpone-event, clear-day, look-up, compare-facts, plan-visit, word-problem: current value is calendar",
  ],
  [
    () => playTasks({ maxStep: 4 }),
    "Cannot play tasks as there is no option maxStep: did you mean maxSteps?",
  ],
  [
    () => playTasks({ environment: "office" }),
    "Cannot play tasks as environment must be an object with name, tools, canonical: current value is a text: give the object itself",
  ],
  [
    () => Array.fromAsync(demonstrate([page])),
    `Cannot play the task ${page.id} as its environment must be office@1: current value is undefined`,
  ],
  [
    () => Array.fromAsync(demonstrate([page], { environment: "office" })),
    "Cannot demonstrate tasks as environment must be an object with name, tools, canonical: current value is a text: give the object itself",
  ],
  [
    () => Array.fromAsync(demonstrate([page], { maxSteps: 4 })),
    "Cannot demonstrate tasks as there is no option maxSteps: known are environment, onDrop",
  ],
  [
    () => Array.fromAsync(demonstrate(here("pages.jsonl"))),
    "Cannot demonstrate tasks as tasks must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => joinEnvironments({ calculator }),
    "Cannot join environments as name must be a text: current value is an object",
  ],
  [
    () => joinEnvironments("one@1", calculator),
    "Cannot join environments as parts.name must be an object with name, tools, canonical: current value is a text: give the object itself",
  ],
  [
    () => joinEnvironments("two@1", { a: calculator, b: calculator }),
    'Cannot join environments as the tools\' names must differ: "calculate" stands twice',
  ],
];

answered(mistakes);
