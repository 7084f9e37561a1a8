/**
 * The few functions of the C library that Node does not offer: mapping a file over memory, allocating it, publishing
 * it, waiting for other processes. They are called through `koffi`, which is loaded on first use and used only here and
 * in `libuv.ts`.
 */
import { isError } from "../base/builtins.js";
import { UnsupportedError } from "../base/errors.js";
import { constants, loadKoffi } from "../platform/runtime.js";

/** Memory that a call may write to. It must not move, and shared buffers do not. */
type Bytes = Uint8Array<SharedArrayBuffer>;

/** Whether changes to a mapped file are shared with all who map it, or seen by this process only. */
export type Sharing = "shared" | "private";

export interface Libc {
  readonly pageSize: number;
  /** The address of a buffer. */
  addressOf(buffer: SharedArrayBuffer): number;
  /**
   * Maps bytes of a file over the memory at an address, in whole pages. `byteOffset` is where they begin in the file, 0
   * if it is not given.
   *
   * @throws {Error} If the system refuses.
   */
  mapFile(address: number, byteLength: number, fd: number, sharing: Sharing, byteOffset?: number): void;
  /**
   * Maps fresh zeros over the memory at an address.
   *
   * @throws {Error} If the system refuses.
   */
  mapZeros(address: number, byteLength: number): void;
  /** Opens a file without a name, in memory, for a trial. Close it with `close`, because Node has not opened it. */
  memoryFile(): number;
  close(fd: number): void;
  /** Allocates all bytes of a file now. Returns the error number, or 0. */
  allocateFile(fd: number, size: number): number;
  /** Renames a file unless the new name is taken. Returns the error number, or 0. */
  renameExclusive(from: string, to: string): number;
  /**
   * Makes a FIFO that only this user may open.
   *
   * @throws {Error} The system's error, with its code.
   */
  makeFifo(path: string): void;
  /** From now on this process is killed when the thread that started it dies. */
  dieWithParent(): void;
  /** Blocks while the word at the address is `value`, for at most `ms`. Returns false if the time is up. */
  futexWait(address: number, value: number, ms: number): boolean;
  /** Wakes up to `count` waiters, in any process. Returns how many it has woken. */
  futexWake(address: number, count: number): number;
}

// Linux's numbers. They are the same on all processors unless the comment says otherwise.
const [PROT_READ_WRITE, MAP_SHARED, MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS] = [3, 1, 2, 0x10, 0x20];
const [AT_FDCWD, RENAME_NOREPLACE, MFD_CLOEXEC] = [-100, 1, 1];
const [PR_SET_PDEATHSIG, SIGKILL] = [1, 9];
const [FUTEX_WAIT, FUTEX_WAKE] = [0, 1]; // the private ones are quicker, but reach only one process
const [EINTR, ETIMEDOUT] = [4, 110];
export const [EEXIST, ENOSPC, EFBIG] = [17, 28, 27];
/** The number of the system call `futex`, by processor. */
const FUTEX: Readonly<Record<string, number>> = { x64: 202, arm64: 98, riscv64: 98, loong64: 98, ppc64: 221 };

/** The name of an error number, as Node's own errors have it. */
const codeOf = (errno: number): string =>
  Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `error ${errno}`;

let loaded: Libc | undefined;

/**
 * The functions, loaded on first use.
 *
 * @throws {UnsupportedError} If something is missing. The message says what.
 */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

function load(): Libc {
  const futexNumber = FUTEX[process.arch];
  if (process.platform !== "linux" || futexNumber === undefined) {
    throw unavailable(`system scope on ${process.platform} (${process.arch})`, "Linux, or process scope");
  }
  let koffi: ReturnType<typeof loadKoffi>;
  try {
    koffi = loadKoffi();
  } catch (cause) {
    const isDenied = (cause as { code?: string }).code === "ERR_DLOPEN_DISABLED";
    if (isDenied) throw unavailable("system scope without native code", "node without --permission", cause);
    throw unavailable("system scope without koffi", "npm install koffi", cause);
  }
  const c = koffi.load(null);
  const mmap = c.func("void *mmap(uint64_t address, size_t length, int prot, int flags, int fd, int64_t offset)");
  const fallocate = c.func("int posix_fallocate(int fd, int64_t offset, int64_t length)");
  const rename = c.func("int renameat2(int from, const char *name, int to, const char *newName, uint32_t flags)");
  const mkfifo = c.func("int mkfifo(const char *path, unsigned int mode)");
  const close = c.func("int close(int fd)");
  const memfd = c.func("int memfd_create(const char *name, unsigned int flags)");
  const prctl = c.func("int prctl(int option, unsigned long argument)");
  const futex = c.func(
    "long syscall(long number, uint64_t address, int op, uint32_t value, " +
      "const void *timeout, uint64_t other, uint32_t mask)",
  );
  const timespec = new BigInt64Array(2);
  const map = (address: number, byteLength: number, flags: number, fd: number, byteOffset = 0) => {
    const at: unknown = mmap(address, byteLength, PROT_READ_WRITE, flags | MAP_FIXED, fd, byteOffset);
    if (Number(koffi.address(at)) === address) return;
    throw new Error(`internal: mmap of ${byteLength} bytes failed with error ${koffi.errno()}`);
  };
  return {
    pageSize: c.func("int getpagesize()")() as number,
    addressOf: (buffer) => Number(koffi.address(new Uint8Array(buffer) satisfies Bytes)),
    mapFile: (address, byteLength, fd, sharing, byteOffset) =>
      map(address, byteLength, sharing === "shared" ? MAP_SHARED : MAP_PRIVATE, fd, byteOffset),
    mapZeros: (address, byteLength) => map(address, byteLength, MAP_PRIVATE | MAP_ANONYMOUS, -1),
    memoryFile: () => memfd("shared-ndarray", MFD_CLOEXEC) as number,
    close: (fd) => void close(fd),
    allocateFile: (fd, size) => {
      for (;;) {
        const error = fallocate(fd, 0, size) as number;
        if (error !== EINTR) return error;
      }
    },
    renameExclusive: (from, to) =>
      rename(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) === 0 ? 0 : (koffi.errno() as number),
    makeFifo: (path) => {
      if (mkfifo(path, 0o600) === 0) return;
      const code = codeOf(koffi.errno());
      throw Object.assign(new Error(`${code}: mkfifo '${path}'`), { code });
    },
    dieWithParent: () => void prctl(PR_SET_PDEATHSIG, SIGKILL),
    futexWait: (address, value, ms) => {
      const wholeMs = Math.floor(ms);
      timespec[0] = BigInt(Math.floor(wholeMs / 1000));
      timespec[1] = BigInt((wholeMs % 1000) * 1e6 + Math.floor((ms - wholeMs) * 1e6));
      const result: unknown = futex(futexNumber, address, FUTEX_WAIT, value >>> 0, timespec, 0, 0);
      return result === 0 || koffi.errno() !== ETIMEDOUT;
    },
    futexWake: (address, count) => Number(futex(futexNumber, address, FUTEX_WAKE, count, null, 0, 0)),
  };
}

/** The error if system scope, or a part of it, is not available. `instead` says what to do. */
export function unavailable(feature: string, instead: string, cause?: unknown): UnsupportedError {
  const reason = isError(cause) ? `: ${cause.message.split("\n")[0]}` : "";
  const message = `Expected system scope to be available, but ${feature} is not${reason} (${instead})`;
  return new UnsupportedError(message, { feature, instead }, { cause });
}
