// Scenario 11. Every type code and every dtype: size, first value, how it stores -1, and the error for a wrong code.
import { isSharedError, RawValue, rawArray, SharedArray, type ValueType } from "shared-ndarray";

const codes = ["?", "c", "b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "e", "f", "d"] as const;
const dtypes = ["bool", "int8", "uint8", "uint8_clamped", "int16", "uint16", "int32", "uint32"] as const;
const others = ["int64", "uint64", "float16", "float32", "float64"] as const;

/** Stores `n` in a value of a type and reads it back. What unsigned integers make of -1 shows their range. */
const stored = (type: ValueType, n: number) => {
  const value = new RawValue(type as "i");
  const zero: unknown = value.value;
  const isBigInt = typeof zero === "bigint";
  value.value = (typeof zero === "boolean" ? true : isBigInt ? BigInt(n) : n) as number;
  return value.value;
};
console.log("type          bytes  default     -1 is stored as");
for (const type of [...codes, ...dtypes, ...others]) {
  const array = new SharedArray(type as "i", 1);
  const bytes = type === "e" || type === "float16" ? 2 : array.data.BYTES_PER_ELEMENT;
  const show = (value: unknown) => (typeof value === "bigint" ? `${value}n` : String(value));
  console.log(type.padEnd(16), bytes, show(array.slice()[0]).padStart(8), show(stored(type, -1)).padStart(25));
}
console.log("300 in a uint8:", stored("B", 300), "· in a clamped one:", stored("uint8_clamped", 300));
console.log(rawArray("f", [0.1])[0]); // 0.10000000149011612: float32 rounds
try {
  new RawValue("z" as "i");
} catch (e) {
  if (isSharedError(e, "DTYPE")) console.log(e.message);
}
