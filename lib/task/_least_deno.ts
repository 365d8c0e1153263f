/** The least version of Deno that the kit was tried with. */
export const leastDeno = "2.9.5";
