/** The names of this machine's loopback interface. */
export const LOOPBACK: readonly string[] = ["127.0.0.1", "::1", "localhost"];
