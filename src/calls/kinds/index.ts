/** The kinds of array calls by name. A new kind is a file in this folder and a line here. */
import type { BoundWork, Call, Kind, KindName, Work } from "../call.js";
import { elementwise } from "./elementwise.js";
import { fold } from "./fold.js";
import { map } from "./map.js";
import { matmul } from "./matmul.js";
import { pair } from "./pair.js";
import { rows } from "./rows.js";
import { scan } from "./scan.js";
import { sort } from "./sort.js";

type AnyKind = Kind<unknown, unknown>;
const kinds = { elementwise, fold, map, matmul, pair, rows, scan, sort } satisfies Record<KindName, object>;

/** The kind of a call or work. The types of its specs match, because only the kind itself makes them. */
export const kindOf = ({ kind }: Call | Work): AnyKind => kinds[kind] as unknown as AnyKind;

/** Binds a work to this thread, which must have loaded its functions. */
export const bindWork = (work: Work): BoundWork => kindOf(work).bind(work);
