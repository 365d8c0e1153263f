/**
 * Documents and where they come from.
 * @module
 */
export * from "./document.ts";
