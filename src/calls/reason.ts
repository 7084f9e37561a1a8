/** Why a kernel failed, as the errors of calls say it. */
import { isErrorNamed } from "../base/builtins.js";
import { messageOf } from "../wire/thrown.js";

/** The message of what a kernel threw. JavaScript's errors about bigints do not say where the bigints come from. */
export function reasonOf(cause: unknown): string {
  const message = messageOf(cause);
  const isOfBigInt = isErrorNamed("TypeError", cause) && message.includes("BigInt");
  return isOfBigInt ? `${message} (elements of int64 and uint64 are bigints: write 2n, or Number(x))` : message;
}
