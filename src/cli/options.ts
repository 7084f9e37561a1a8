/** Options that several commands share. */
import { InvalidArgumentError } from "commander";

/** Parses an option that is an integer of at least `low`. */
export const count = (low: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low) return value;
  throw new InvalidArgumentError(`Expected an integer of at least ${low}.`);
};

/** The scope of all blocks that the commands work on. */
export const SYSTEM = { scope: "system" } as const;

/** Every command can print JSON. */
export interface JsonOption {
  readonly json?: boolean;
}
export const JSON_OPTION = ["--json", "print JSON"] as const;
