/** Default names of processes, numbered as in Python: `Process-1`, and its first child `Process-1:1`. */

let own = "";
let children = 0;

/** Sets the identity of this thread or process. Called before its target runs. */
export function setIdentity(identity: string): void {
  own = identity;
}

/** The identity of this thread's next child. */
export function nextIdentity(): string {
  children++;
  return own === "" ? String(children) : `${own}:${children}`;
}
