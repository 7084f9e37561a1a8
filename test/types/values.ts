/** What the compiler must infer about shared values, messages, managers and errors. */
import {
  isSharedError,
  Manager,
  NameTakenError,
  pipe,
  Queue,
  type RawValue,
  rawArray,
  SharedArray,
  SharedError,
  struct,
  Value,
} from "shared-ndarray";
import { same } from "./same.js";

// A value's type comes from its type code or its dtype.
const level = new Value("d", 2.5);
const float: number = level.value + level.add(0.5);
level.lock.acquireSync().release();
const serial = new Value("int64", 1n);
const integer: bigint = serial.add(2n);
const bare = new Value("int32", 0, { lock: false });
same<typeof bare, RawValue<"int32">>(true);
const Sample = struct({ at: "float64", id: "uint64" });
const sample = new Value(Sample, { at: 0.5, id: 9n });
sample.value.at *= 2;
const id: bigint = sample.value.id;
const raw: Float32Array = rawArray("f", 4);
const counts = new SharedArray("q", [1n, 2n]);
const plain: bigint[] = counts.slice();
const count: bigint = counts.at(0);
counts.set(-1, count + 1n);
same<typeof counts.data, BigInt64Array<SharedArrayBuffer>>(true);
const samples = new SharedArray(Sample, [sample.value, { at: 1, id: 2n }]);
same<typeof samples, SharedArray<typeof Sample>>(true);
samples.at(-1).at += 1;
for (const { at, id } of samples) samples.set(0, { at: at * 2, id });
const copies: { at: number; id: bigint }[] = samples.slice(0, 1);
same<typeof samples.data, never>(true);
const found: SharedArray<typeof Sample> = SharedArray.attach("samples", Sample);

// Both ends of a pipe know which way its messages go.
const [reader, writer] = pipe<string>({ duplex: false });
const heard: Promise<string> = reader.get();
writer.put("hello");
const [asker, answerer] = pipe<"question", "answer">();
asker.put("question");
answerer.put("answer");
const answer: Promise<"answer"> = asker.get();
const question: Promise<"question"> = answerer.get();
const queue = new Queue<{ step: number }>({ maxSize: 4 });
for await (const { step } of queue) same<typeof step, number>(true);
const next: { step: number } | undefined = queue.tryGet();

// A manager's dict may lack a key.
const manager = new Manager();
const scores = manager.dict<number>();
const now: number | undefined = scores.getSync("crow");
const later: Promise<number | undefined> = scores.get("crow");

// The guard narrows to the fields of the code.
export function fields(e: unknown): unknown {
  if (isSharedError(e, "WORKER_DIED")) {
    same<typeof e.code, "WORKER_DIED">(true);
    return e.chunks[0]?.start;
  }
  if (e instanceof NameTakenError) return e.key;
  return e instanceof SharedError ? e.code : undefined;
}

export { answer, copies, float, found, heard, id, integer, later, next, now, plain, question, raw };
