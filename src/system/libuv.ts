/**
 * Hearing signals in a thread that is not the main one. Only the main thread's event loop learns of a signal, and a
 * thread that is blocked has none. But libuv, which Node is built on, exports its functions, and one of its own loops
 * hears signals in any thread. Used by the keeper.
 */
import { constants, loadKoffi } from "../platform/runtime.js";

/** The signals that end a process and can be caught, except those for faults of its own. */
export const SIGNALS: readonly NodeJS.Signals[] = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGALRM",
  "SIGVTALRM",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGUSR2",
];

/**
 * What a tap needs, in bytes: a loop (848 bytes in libuv 1.51) and a handle for each signal (152 bytes). The memory
 * must live as long as the process, because a signal handler reads it even if the thread that listened has died.
 */
export const TAP_BYTES = 8192;

interface Libuv {
  readonly loopBytes: number;
  readonly handleBytes: number;
  /** The address of `uv_signal_stop`. As a callback, it stops the handle whose signal came. */
  readonly stop: unknown;
  readonly addressOf: (buffer: SharedArrayBuffer) => number;
  readonly initLoop: (loop: number) => number;
  readonly initSignal: (loop: number, handle: number) => number;
  readonly startSignal: (handle: number, callback: unknown, signal: number) => number;
  readonly isActive: (handle: number) => number;
  readonly run: (loop: number, mode: number) => number;
  readonly closeHandle: (handle: number, callback: number) => void;
  readonly closeLoop: (loop: number) => number;
  /** Sets what happens on a signal, without libuv's knowledge. */
  readonly setHandler: (signal: number, handler: number) => unknown;
}
const [UV_SIGNAL, UV_RUN_NOWAIT, SIG_DFL] = [16, 2, 0];

let loaded: Libuv | null | undefined;

/** The functions, loaded on first use; `null` in a runtime that does not export them. */
function libuv(): Libuv | null {
  if (loaded !== undefined) return loaded;
  try {
    loaded = load();
  } catch {
    loaded = null;
  }
  return loaded;
}

function load(): Libuv {
  const koffi = loadKoffi();
  const c = koffi.load(null);
  const find = c.func("uint64_t dlsym(uint64_t library, const char *name)");
  return {
    loopBytes: Number(c.func("size_t uv_loop_size()")()),
    handleBytes: Number(c.func("size_t uv_handle_size(int type)")(UV_SIGNAL)),
    stop: find(0, "uv_signal_stop"),
    addressOf: (buffer) => Number(koffi.address(new Uint8Array(buffer))),
    initLoop: c.func("int uv_loop_init(uint64_t loop)"),
    initSignal: c.func("int uv_signal_init(uint64_t loop, uint64_t handle)"),
    startSignal: c.func("int uv_signal_start(uint64_t handle, uint64_t callback, int signal)"),
    isActive: c.func("int uv_is_active(uint64_t handle)"),
    run: c.func("int uv_run(uint64_t loop, int mode)"),
    closeHandle: c.func("void uv_close(uint64_t handle, uint64_t callback)"),
    closeLoop: c.func("int uv_loop_close(uint64_t loop)"),
    setHandler: c.func("uint64_t signal(int signal, uint64_t handler)"),
  };
}

const numberOf = (signal: NodeJS.Signals): number => constants.signals[signal];

/** Hears `SIGNALS` in any thread, while the main thread may hear them too. Only one thread at a time may use a tap. */
export class SignalTap {
  readonly #uv: Libuv;
  readonly #loop: number;

  private constructor(uv: Libuv, loop: number) {
    this.#uv = uv;
    this.#loop = loop;
  }

  /**
   * Starts to listen. Returns `undefined` if that is not possible here.
   *
   * @param memory `TAP_BYTES` zeros.
   */
  static open(memory: SharedArrayBuffer): SignalTap | undefined {
    const uv = libuv();
    if (!uv || uv.loopBytes + SIGNALS.length * uv.handleBytes > memory.byteLength) return undefined;
    const tap = new SignalTap(uv, uv.addressOf(memory));
    if (uv.initLoop(tap.#loop) !== 0) return undefined; // for example, there are no file descriptors left
    SIGNALS.forEach((_, i) => {
      uv.initSignal(tap.#loop, tap.#handle(i));
      tap.listen(i);
    });
    return tap;
  }

  /** Goes on with a tap that a thread had open when it died. */
  static reopen(memory: SharedArrayBuffer): SignalTap | undefined {
    const uv = libuv();
    return uv ? new SignalTap(uv, uv.addressOf(memory)) : undefined;
  }

  #handle(i: number): number {
    return this.#loop + this.#uv.loopBytes + i * this.#uv.handleBytes;
  }

  /** Takes note of the signals that have come. */
  look(): void {
    this.#uv.run(this.#loop, UV_RUN_NOWAIT);
  }

  /** Whether signal `i` has come, since the tap began to listen to it. */
  hasHeard(i: number): boolean {
    return this.#uv.isActive(this.#handle(i)) === 0;
  }

  /** Begins to listen to signal `i` again. */
  listen(i: number): void {
    this.#uv.startSignal(this.#handle(i), this.#uv.stop, numberOf(SIGNALS[i]!));
  }

  /** Stops listening, and gives back all that the tap has taken. The memory can be used again. */
  close(): void {
    SIGNALS.forEach((_, i) => {
      this.#uv.closeHandle(this.#handle(i), 0);
    });
    this.look(); // handles are closed in a turn of the loop
    this.#uv.closeLoop(this.#loop);
  }
}

/** Ends this process by a signal, although a tap or a listener may hear it. */
export function endBySignal(signal: NodeJS.Signals): void {
  libuv()?.setHandler(numberOf(signal), SIG_DFL);
  process.kill(process.pid, signal);
}
