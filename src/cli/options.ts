/** What the commands' arguments have in common. */
import { InvalidArgumentError } from "commander";

/** An integer of at least `low`. */
export const count = (low: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low) return value;
  throw new InvalidArgumentError(`Expected an integer of at least ${low}.`);
};

/** What the commands are about. */
export const SYSTEM = { scope: "system" } as const;

/** Every command can answer so. */
export interface JsonOption {
  readonly json?: boolean;
}
export const JSON_OPTION = ["--json", "print JSON"] as const;
