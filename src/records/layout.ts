/** The fields of records: their names, dtypes and places, laid out as C compilers do. Pure. */
import { type DType, dtypes, expectDType, type ScalarOf } from "../base/dtype.js";
import { expectOptions, show } from "../base/expect.js";
import { isStruct } from "../values/struct.js";

/** The dtype of each field, in the order in which they are stored, or the fields of a record inside of the record. */
export interface RecordFields {
  readonly [field: string]: DType | RecordFields;
}
/** One record as plain data. */
export type RecordOf<F extends RecordFields> = {
  -readonly [K in keyof F]: F[K] extends DType ? ScalarOf<F[K]> : F[K] extends RecordFields ? RecordOf<F[K]> : never;
};

/** Where a field is in a record. Either it has a dtype, or it is a record itself. */
export interface Field {
  readonly name: string;
  readonly byteOffset: number;
  readonly dtype: DType | undefined;
  readonly inner: RecordLayout | undefined;
}
/** Where all fields are. */
export interface RecordLayout {
  readonly fields: readonly Field[];
  /** Bytes of one record: a multiple of `alignment`. */
  readonly itemsize: number;
  /** The largest size of an element in it. Each field is at a multiple of its own alignment. */
  readonly alignment: number;
}

const MOST_FIELDS = 10_000;
/** Fewer than a header may nest. */
const MOST_LEVELS = 24;

/**
 * The layout of records with these fields: each field at the next multiple of its size, and the whole rounded up to a
 * multiple of the largest, as in C and with NumPy's `align=True`. There, complex numbers are at multiples of the size
 * of their parts; here, of their own, so that a field is an array of complex numbers.
 *
 * @param what the fields, for messages
 * @throws {TypeError} If there is no field, or more than 10,000, or a name is empty.
 * @throws {DTypeError} If a field is neither a dtype nor an object with fields.
 */
export function layOutFields(given: unknown, what = "fields", depth = 0): RecordLayout {
  if (depth > MOST_LEVELS)
    throw new TypeError(`Expected at most ${MOST_LEVELS} records inside of each other, got more`);
  const entries = Object.entries(expectOptions(isStruct(given) ? given.fields : (given as RecordFields), what));
  if (entries.length === 0 || entries.length > MOST_FIELDS) {
    throw new TypeError(`Expected \`${what}\` to have 1 to ${MOST_FIELDS} fields, got ${entries.length}`);
  }
  let [end, alignment] = [0, 1];
  const fields = entries.map(([name, type]): Field => {
    if (name === "__proto__" || name === "" || /\p{Surrogate}/u.test(name)) {
      throw new TypeError(`Expected a field to have another name than ${show(name)}`);
    }
    const isRecord = typeof type === "object" && type !== null;
    const inner = isRecord ? layOutFields(type, `${what}.${name}`, depth + 1) : undefined;
    const dtype = inner ? undefined : expectDType(type, `${what}.${name}`);
    const [size, own] = inner ? [inner.itemsize, inner.alignment] : [dtypes[dtype!].bytes, dtypes[dtype!].bytes];
    const byteOffset = Math.ceil(end / own) * own;
    end = byteOffset + size;
    alignment = Math.max(alignment, own);
    return { name, byteOffset, dtype, inner };
  });
  return { fields, itemsize: Math.ceil(end / alignment) * alignment, alignment };
}

/** The fields as they were given: plain data that say the same. */
export const fieldsOf = ({ fields }: RecordLayout): RecordFields =>
  Object.fromEntries(fields.map(({ name, dtype, inner }) => [name, dtype ?? fieldsOf(inner!)]));
