/** Default names of processes, as Python counts: `Process-1`, of its first child `Process-1:1`. */

let own = "";
let children = 0;

/** In a process's thread: which one it is. */
export function setIdentity(identity: string): void {
  own = identity;
}

export function nextIdentity(): string {
  children++;
  return own === "" ? String(children) : `${own}:${children}`;
}
