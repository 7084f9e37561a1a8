/** The errors of messages that cannot be sent. Used wherever values are packed or posted. */
import { isError, isErrorNamed } from "../base/builtins.js";
import { NotSendableError } from "../base/errors.js";
import { show, withArticle } from "../base/expect.js";

/** For a value that no thread could receive. */
export function notSendable(path: string, value: unknown, cause?: unknown): NotSendableError {
  const message = `Expected \`${path}\` to be something another thread can receive, got ${show(value)}`;
  return new NotSendableError(message, { path }, { cause });
}

/**
 * What to throw when `postMessage` or structured clone has thrown `cause`: an error with the path if the value cannot
 * be cloned, otherwise `cause` itself.
 */
export function sendError(cause: unknown, path: string): unknown {
  if (!isError(cause)) return cause; // a getter of the value threw it
  const { code, message } = cause as { code?: unknown; message: string };
  const isPort = code === "ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST"; // it could be transferred, but was not listed
  if (!isPort && !isErrorNamed("DataCloneError", cause)) return cause;
  return new NotSendableError(
    `Expected \`${path}\` to be something another thread can receive: ${message}`,
    { path },
    { cause },
  );
}

/** Whether a value is nested more deeply than the stack allows. Structured clone would fail in the same way. */
export const isStackOverflow = (cause: unknown): boolean =>
  isErrorNamed("RangeError", cause) && /call stack/.test(cause.message);

/** For an object that only the thread can use in which it was made. */
export function ofOneThread(path: string, className: string): NotSendableError {
  const cure = className === "Promise" ? "await it first" : "make one there, or send what is shared";
  const expected = `Expected \`${path}\` to be something another thread can receive`;
  return new NotSendableError(`${expected}, got ${withArticle(className)}, which belongs to its thread (${cure})`, {
    path,
  });
}

/** For a shared thing of process scope in a message to another process. */
export function ofOneProcess(path: string, kind: string, cure: string | undefined): NotSendableError {
  const hint = cure === undefined ? "" : ` (${cure})`;
  const expected = `Expected \`${path}\` to be something that another process can receive`;
  return new NotSendableError(`${expected}, got ${withArticle(kind)} of process scope${hint}`, { path });
}

/** For a thing that only one thread can have, in a message to several. */
export function handedOverToMany(path: string): NotSendableError {
  const expected = `Expected \`${path}\` to be something that all workers can have`;
  return new NotSendableError(`${expected}, got an end of a pipe, which belongs to one thread at a time`, { path });
}
