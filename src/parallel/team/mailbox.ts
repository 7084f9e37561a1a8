/** How a pool and one of its workers post messages to each other: a port, for threads; for processes `pipe-mailbox.ts`. */
import { type MessagePort, receiveMessageOnPort } from "../../platform/runtime.js";

export interface Mailbox<Sent, Received> {
  /** Whether other processes read it: then what is posted must be of system scope. */
  readonly toProcesses: boolean;
  /** @throws what cannot be sent */
  post(message: Sent, transfer?: readonly ArrayBuffer[]): void;
  /** The next message, though no event loop turn. */
  take(): Received | undefined;
  /** Called for each message by the event loop. */
  hear(listener: (message: Received) => void): void;
  /** The process may end though messages may come. */
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
