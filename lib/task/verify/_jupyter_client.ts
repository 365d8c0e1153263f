// deno-lint-ignore-file camelcase -- the protocol's names

/** A running JupyterLab, as its own page speaks to it. */
export interface Lab {
  /** Where it is, without a slash at the end. */
  address: string;
  /** What it lets in. */
  token: string;
}

async function ask<Answer>({ address, token }: Lab, path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { authorization: `token ${token}`, "content-type": "application/json" };
  const response = await fetch(address + path, { ...init, headers });
  if (!response.ok) throw new Error(`JupyterLab answers ${response.status} to ${path}`);
  return await response.json();
}

/** Wait until it answers. */
export async function answers(lab: Lab, seconds: number): Promise<void> {
  const deadline = performance.now() + 1000 * seconds;
  while (true) {
    try {
      await ask(lab, "/api/kernelspecs");
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Run one cell in a kernel of a notebook's folder; what it printed, or its error. */
export async function runCell(lab: Lab, path: string, code: string): Promise<string> {
  const body = JSON.stringify({ path, name: path, type: "notebook", kernel: { name: "deno" } });
  const { kernel } = await ask<{ kernel: { id: string } }>(lab, "/api/sessions", { method: "POST", body });
  const address = `${lab.address.replace("http", "ws")}/api/kernels/${kernel.id}/channels?token=${lab.token}`;
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("JupyterLab refuses the kernel's channels"));
  });
  const id = crypto.randomUUID();
  let said = "";
  const done = new Promise<void>((resolve) =>
    socket.onmessage = ({ data }) => {
      const { header, parent_header, content } = JSON.parse(data);
      if (parent_header?.msg_id !== id) return;
      if (header.msg_type === "stream") said += content.text;
      if (header.msg_type === "error") said += `${content.ename}: ${content.evalue}`;
      // The kernel may say that it is idle before its last output.
      if (header.msg_type === "execute_reply") setTimeout(resolve, 500);
    }
  );
  const header = {
    msg_id: id,
    msg_type: "execute_request",
    session: id,
    username: "",
    version: "5.3",
    date: "",
  };
  const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false };
  socket.send(JSON.stringify({ channel: "shell", header, parent_header: {}, metadata: {}, content }));
  await done;
  socket.close();
  return said.trim();
}
