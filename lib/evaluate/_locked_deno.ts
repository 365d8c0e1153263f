/** How Deno runs a program without any permission, package, remote module or file of its own. */
export const flags = [
  "run",
  "--no-prompt",
  "--no-remote",
  "--no-npm",
  "--cached-only",
  "--no-config",
  "--no-lock",
  "--no-code-cache",
];

/** No folder can be made below a device, so there is none for caches and databases; a backend that is none has no card. */
export const env = {
  DENO_DIR: "/dev/null",
  TMPDIR: "/dev/null",
  DENO_NO_UPDATE_CHECK: "1",
  DENO_NO_PACKAGE_JSON: "1",
  DENO_WEBGPU_BACKEND: "none",
  NO_COLOR: "1",
};
