/** One thread of `_pool.ts`: a task in, its answer or its error out. */
import { perform, type Task } from "./_pool.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Task>) => void;
  postMessage(message: unknown): void;
};

scope.onmessage = async ({ data }) => {
  try {
    scope.postMessage({ answer: await perform(data) });
  } catch (error) {
    const { name, message } = error as Error;
    scope.postMessage({ error: { name, message } });
  }
};
