/** Records as `.npy` files have them: fields one after the other, with gaps that have no name. After NumPy's format. */
import { type DType, dtypes } from "../base/dtype.js";
import { FormatError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { descrOf, failing, parseDescr } from "../ndarray/npy.js";
import { type Literal, Tuple } from "../ndarray/python-literal.js";
import type { RecordFields, RecordLayout } from "./layout.js";

/** A field of a file: where its elements are in a record there, and whether their bytes are in the other order. */
export interface StoredField {
  readonly byteOffset: number;
  readonly dtype: DType;
  readonly swapped: boolean;
}
/** The records of a file. */
export interface StoredRecords {
  /** The fields as `records` takes them. */
  readonly fields: RecordFields;
  /** All fields with dtypes, in their order. */
  readonly leaves: readonly StoredField[];
  /** Bytes of one record in the file. */
  readonly itemsize: number;
}

/** The fields as the Python expression that a header has: `[('x', '<f8'), ('', '|V4'), …]`. */
export function descrOfRecords({ fields, itemsize }: RecordLayout): string {
  const parts: string[] = [];
  let end = 0;
  const gap = (until: number) => {
    if (until > end) parts.push(`('', '|V${until - end}')`);
  };
  for (const { name, byteOffset, dtype, inner } of fields) {
    gap(byteOffset);
    parts.push(`(${quoted(name)}, ${inner ? descrOfRecords(inner) : `'${descrOf(dtype!)}'`})`);
    end = byteOffset + (inner ? inner.itemsize : dtypes[dtype!].bytes);
  }
  gap(itemsize);
  return `[${parts.join(", ")}]`;
}

/** A text as Python writes it. */
const quoted = (text: string): string =>
  `'${Array.from(text, (char) => {
    if (char === "\\" || char === "'") return `\\${char}`;
    return char < " " ? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}` : char;
  }).join("")}'`;

const MOST_FIELDS = 10_000;

/**
 * The records that a header describes.
 *
 * @param name what errors call the file
 * @throws {FormatError} If it is no list of fields, or two fields have one name.
 * @throws {DTypeError} If the elements of a field are of a dtype that NumPy has and this package has not.
 */
export function parseRecords(descr: Literal, name: string): StoredRecords {
  if (!Array.isArray(descr)) {
    throw new FormatError(`Expected ${show(name)} to hold records, got elements of ${show(descr)} (use load(path))`, {
      key: name,
    });
  }
  const [fields, leaves, start] = readFields(descr as readonly Literal[], name, 0);
  if (leaves.length === 0) return failing(name)("its records have no fields");
  return { fields, leaves, itemsize: start };
}

function readFields(
  items: readonly Literal[],
  name: string,
  start: number,
): [fields: RecordFields, leaves: StoredField[], end: number] {
  const fail = failing(name);
  const found = new Map<string, { readonly type: DType | RecordFields; readonly leaves: readonly StoredField[] }>();
  let end = start;
  for (const item of items) {
    const [title, type, ...more] = item instanceof Tuple ? item.items : [];
    const label = title instanceof Tuple ? title.items[1] : title;
    if (typeof label !== "string" || type === undefined) return fail(`a field of its records is ${show(item)}`);
    const bytes = typeof type === "string" ? /^\|V(\d{1,9})$/.exec(type)?.[1] : undefined;
    if (label === "" && bytes !== undefined && more.length === 0) {
      end += Number(bytes);
      continue;
    }
    if (more.length > 0) return fail(`its field ${show(label)} has arrays as elements (save it by itself)`);
    if (found.has(label) || label === "__proto__" || label === "") return fail(`a field is called ${show(label)}`);
    if (found.size >= MOST_FIELDS) return fail(`its records have more than ${MOST_FIELDS} fields`);
    if (Array.isArray(type)) {
      const [inner, innerLeaves, innerEnd] = readFields(type as readonly Literal[], name, end);
      if (innerLeaves.length === 0) return fail(`its field ${show(label)} has no fields`);
      found.set(label, { type: inner, leaves: innerLeaves });
      end = innerEnd;
    } else {
      const { dtype, swapped } = parseDescr(type, name);
      found.set(label, { type: dtype, leaves: [{ byteOffset: end, dtype, swapped }] });
      end += dtypes[dtype].bytes;
    }
  }
  const fields = Object.fromEntries(Array.from(found, ([label, { type }]) => [label, type]));
  // Objects list names that are integers first, and so do records that are made of them.
  return [fields, Object.keys(fields).flatMap((label) => found.get(label)!.leaves), end];
}
