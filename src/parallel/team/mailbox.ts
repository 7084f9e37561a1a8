/** How a pool and one of its workers send messages: threads by a port; for processes see `pipe-mailbox.ts`. */
import { type MessagePort, receiveMessageOnPort } from "../../platform/runtime.js";

export interface Mailbox<Sent, Received> {
  /** Whether another process reads the messages. If so, shared things in them must be of system scope. */
  readonly toProcesses: boolean;
  /** Sends a message. Throws if it holds something that cannot be sent. */
  post(message: Sent, transfer?: readonly ArrayBuffer[]): void;
  /** Returns the next message without waiting for the event loop; `undefined` if there is none. */
  take(): Received | undefined;
  /** Sets the listener that the event loop calls for each message. */
  hear(listener: (message: Received) => void): void;
  /** Lets the process end even if messages may still come. */
  unref(): void;
  close(): void;
}

export class PortMailbox<Sent, Received> implements Mailbox<Sent, Received> {
  readonly toProcesses = false;
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    this.#port = port;
  }
  post(message: Sent, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, [...transfer]);
  }
  take(): Received | undefined {
    return receiveMessageOnPort(this.#port)?.message as Received | undefined;
  }
  hear(listener: (message: Received) => void): void {
    this.#port.on("message", listener);
  }
  unref(): void {
    this.#port.unref();
  }
  close(): void {
    this.#port.close();
  }
}
