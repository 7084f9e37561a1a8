/** What a trace of the keeper prints of requests and replies. */

import type { ThrownWire } from "../../wire/thrown.js";
import { NONE, type Reply, type Request } from "./layout.js";

/** The operation and what it is about, such as `attach "scratch"`. */
export function describeRequest(request: Request): string {
  const about: (string | number)[] = [request.op];
  if ("name" in request) about.push(JSON.stringify(request.name));
  if ("path" in request) about.push(JSON.stringify(request.path));
  if ("id" in request) about.push(`id ${request.id}`);
  if ("size" in request) about.push(`${request.size} bytes`);
  if ("sources" in request) about.push(`${request.sources.length} blocks`);
  return about.join(" ");
}

/** What came of a request, such as `id 4294967296`. */
export function describeReply(reply: Reply | undefined): string {
  if (reply === undefined) return "done";
  if (reply.failed) return `failed: ${messageOf(reply.failed)}`;
  if (reply.list) return `${reply.list.length} names`;
  if (reply.id === NONE) return "none";
  return `id ${reply.block?.id ?? reply.id}`;
}

const messageOf = (thrown: ThrownWire): string => ("error" in thrown ? thrown.error.message : String(thrown.value));
