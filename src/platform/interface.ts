/**
 * What the package needs from the runtime that it runs on, in groups. Each runtime has one file that gives all of it;
 * `runtime.ts` chooses that file, and the compiler checks it against `Runtime`. The types say only what the package
 * uses, so that a runtime other than Node can give it too.
 */

/** Where work runs: in a thread of this process, or in a process of its own, whose crash leaves this process alone. */
export type Isolation = "thread" | "process";

/**
 * Limits of a thread's heap, as Node's `resourceLimits`. A thread that exceeds its limits ends. Without limits, a leak
 * in one thread would end the whole process.
 */
export interface ResourceLimits {
  readonly maxOldGenerationSizeMb?: number;
  readonly maxYoungGenerationSizeMb?: number;
  readonly codeRangeSizeMb?: number;
  readonly stackSizeMb?: number;
}

/** The files in `dist/` that a thread starts from. */
export type ThreadEntry = "keeper" | "worker" | "child" | "manager";

/** One end of a connection between two threads. */
export interface Port {
  postMessage(message: unknown, transfer?: readonly never[]): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
  once(event: "message", listener: (message: unknown) => void): unknown;
  close(): void;
  ref(): void;
  unref(): void;
}

/** A thread, as the one that started it sees it. */
export interface Thread {
  postMessage(message: unknown, transfer?: readonly never[]): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: (exitCode: number) => void): unknown;
  terminate(): Promise<number>;
  ref(): void;
  unref(): void;
}

interface Threads {
  readonly isMainThread: boolean;
  /** A number that no other thread of this process has. */
  readonly threadId: number;
  readonly availableParallelism: () => number;
  /** The runtime, its version, the operating system and the processor's architecture, for people. */
  readonly nameOfRuntime: () => string;
  /**
   * Starts a thread from one of the package's own files.
   *
   * @param given the thread's `workerData`. If it is a port, it is transferred to the thread.
   * @throws {UnsupportedError} If the system refuses.
   */
  readonly startThread: (entry: ThreadEntry, name: string, given?: unknown, limits?: ResourceLimits) => Thread;
  /** The error that ended a thread, also before its event has come; `undefined` if that cannot be known. */
  readonly errorOf: (thread: never) => Error | undefined;
  /** What the thread that started this one passed as `given`. */
  readonly workerData: unknown;
  /** Leads to the thread that started this one; `null` in the main thread. */
  readonly parentPort: Port | null;
  /** Sets a value for the threads that this one starts from now on; they read it with `getEnvironmentData`. */
  readonly setEnvironmentData: (key: string, value: never) => void;
  readonly getEnvironmentData: (key: string) => unknown;
}

interface Ports {
  readonly MessageChannel: new () => { readonly port1: Port; readonly port2: Port };
  /** Connects all threads of this process that open a channel of the same name. */
  readonly BroadcastChannel: new (
    name: string,
  ) => { postMessage(message: unknown): void; onmessage: unknown; close(): void };
  /** Takes the next message of a port without returning to the event loop; `undefined` if there is none. */
  readonly receiveMessageOnPort: (port: never) => { readonly message: unknown } | undefined;
}

/** Structured clone to bytes, for messages that travel through shared memory. */
interface Clones {
  readonly serialize: (value: unknown) => Uint8Array;
  readonly deserialize: (bytes: Uint8Array<ArrayBuffer>) => unknown;
  /** The same in steps, so that the bytes may contain more than the value, and host objects can be replaced. */
  readonly Serializer: new () => {
    writeHeader(): void;
    writeValue(value: unknown): boolean;
    releaseBuffer(): Uint8Array;
  };
  readonly Deserializer: new (bytes: Uint8Array<ArrayBuffer>) => { readHeader(): boolean; readValue(): unknown };
  /**
   * Copies bytes [start, end) of the source to `at` of the target, either of which may be shared. They must not
   * overlap. JavaScript's `set` moves shared bytes word by word, in twice the time and, if the words do not begin at
   * the same place, byte by byte, in fourteen times.
   */
  readonly copyBytes: (target: Uint8Array, at: number, source: Uint8Array, start: number, end: number) => void;
  /** The SHA-256 digest of bytes, in hexadecimal digits. */
  readonly sha256: (bytes: Uint8Array<ArrayBuffer>) => string;
}

/** What is known of a file without reading it. */
interface FileStatus {
  readonly dev: number;
  readonly ino: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly size: number;
  /** When the file was made. It never changes, and is 0 where the file system does not know it. */
  readonly birthtimeMs: number;
  isFile(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
}
/** What is free in a file system: blocks of bytes, and inodes, of which each file needs one. */
interface FileSystemStatus {
  readonly bavail: number;
  readonly bsize: number;
  readonly files: number;
  readonly ffree: number;
}
type FileFlag = "O_RDONLY" | "O_WRONLY" | "O_RDWR" | "O_CREAT" | "O_EXCL" | "O_APPEND" | "O_NOFOLLOW" | "O_NONBLOCK";
type MaybeMissing = { readonly throwIfNoEntry: boolean };

/** Files by path and by descriptor. Failed calls throw errors whose `code` is the system's: "ENOENT", "EEXIST", … */
interface Files {
  readonly fileFlags: Readonly<Record<FileFlag, number>>;
  readonly resolvePath: (...parts: string[]) => string;
  /** The folder that a path is in. */
  readonly parentOfPath: (path: string) => string;
  readonly openSync: (path: string, flags: number | "r" | "w", mode?: number) => number;
  readonly closeSync: (fd: number) => void;
  readonly readSync: {
    (fd: number, into: Uint8Array): number;
    (fd: number, into: Uint8Array, offset: number, length: number, position: number): number;
  };
  readonly writeSync: (fd: number, bytes: Uint8Array, offset?: number, length?: number, position?: number) => number;
  readonly fstatSync: (fd: number) => FileStatus;
  readonly fchmodSync: (fd: number, mode: number) => void;
  readonly fchownSync: (fd: number, uid: number, gid: number) => void;
  readonly fsyncSync: (fd: number) => void;
  /** Throws if this user may not access the file in that way, in the bits of a mode: 4 reads, 2 writes. */
  readonly accessSync: (path: string, mode: number) => void;
  readonly ftruncateSync: (fd: number, size: number) => void;
  readonly statSync: (path: string, options: MaybeMissing) => FileStatus | undefined;
  readonly lstatSync: (path: string, options: MaybeMissing) => FileStatus | undefined;
  readonly statfsSync: (path: string) => FileSystemStatus;
  readonly readdirSync: (path: string) => string[];
  readonly readlinkSync: (path: string) => string;
  readonly readFileSync: (file: string | number, encoding: "utf8" | "latin1") => string;
  readonly writeFileSync: (path: string, text: string, options: { readonly mode: number }) => void;
  readonly truncateSync: (path: string, size: number) => void;
  readonly linkSync: (from: string, to: string) => void;
  readonly renameSync: (from: string, to: string) => void;
  readonly unlinkSync: (path: string) => void;
  /** A file that is read and written without blocking the thread. */
  readonly open: (path: string, flags: number | "r") => Promise<{ readonly fd: number; close(): Promise<void> }>;
  /** As `openSync` and `readSync`, without blocking the thread. */
  readonly openDescriptor: (path: string, flags: "r") => Promise<number>;
  readonly readDescriptor: (
    fd: number,
    into: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<number>;
}

/** Deflate without a header, as zip archives have it, and the checksum of such archives. Bytes may be shared. */
interface Compression {
  readonly crc32: (bytes: Uint8Array, before?: number) => number;
  readonly deflateRaw: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly deflateRawSync: (bytes: Uint8Array) => Uint8Array;
  /**
   * Throws if the bytes are damaged, or become more than `byteLength`.
   *
   * @param isPart whether the input may end early; then what it gives so far is returned
   */
  readonly inflateRaw: (bytes: Uint8Array, byteLength: number, isPart: boolean) => Promise<Uint8Array>;
  readonly inflateRawSync: (bytes: Uint8Array, byteLength: number, isPart: boolean) => Uint8Array;
}

interface MemoryLimits {
  /** Bytes. */
  readonly freemem: () => number;
  /** Bytes. */
  readonly totalmem: () => number;
  /** The most elements that one typed array can have. */
  readonly MAX_ELEMENTS: number;
  /** Whether the processor reads and writes 64 aligned bits in one access. */
  readonly hasLongAccess: boolean;
  /** The garbage collector, to be called by hand. */
  readonly collector: () => () => void;
}

interface Processes {
  readonly spawn: (
    file: string,
    args: readonly string[],
    options: { readonly stdio: ("ignore" | "inherit" | "ipc")[] },
  ) => { readonly pid?: number | undefined; kill(signal?: "SIGKILL"): boolean };
  /** The flags of this process that a child process needs as well. */
  readonly inheritedFlags: readonly string[];
  readonly fileURLToPath: (url: URL) => string;
  /** The numbers of the signals and of the system's errors by name. */
  readonly constants: {
    readonly signals: Readonly<Record<NodeJS.Signals, number>>;
    readonly errno: Readonly<Record<"EEXIST" | "ENOSPC", number>>;
  };
}

/** A value that follows one chain of asynchronous calls, and is not seen by other chains of the same thread. */
export interface AsyncContext<T> {
  /** Calls `fn`. In it, and in everything that continues it later, `getStore` returns `store`. */
  run<R>(store: T, fn: () => R): R;
  getStore(): T | undefined;
  /** Forgets all stores, and costs nothing until the next `run`. */
  disable(): void;
}
interface AsyncContexts {
  readonly newAsyncContext: <T>() => AsyncContext<T>;
}

/** Packages that are loaded on first use. */
interface Loaders {
  /** scijs' `ndarray`, which evaluates code when it is called. */
  readonly loadNdarray: () => typeof import("ndarray");
  /** `koffi`, which calls functions of the C library: an optional dependency. */
  readonly loadKoffi: () => typeof import("koffi");
}

/** All that a runtime must give. */
export interface Runtime
  extends Threads,
    Ports,
    Clones,
    Files,
    Compression,
    MemoryLimits,
    Processes,
    AsyncContexts,
    Loaders {}
