/**
 * Keeps the process from ending while calls or tasks are in progress. It uses a timer, because nothing else is sure to
 * keep the event loop alive: the port of a dead worker closes before its `exit` event comes.
 */

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
