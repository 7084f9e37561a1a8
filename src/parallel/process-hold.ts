/** Keeps the process from ending while something is under way. By a timer, for nothing else is sure to live: a dead worker's port closes before its `exit` event comes. */

export class ProcessHold {
  #timer: ReturnType<typeof setInterval> | undefined;

  set(isHeld: boolean): void {
    if (isHeld) {
      this.#timer ??= setInterval(() => {}, 2 ** 30);
      return;
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
