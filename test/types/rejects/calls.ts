/** Calls, tasks and messages that must not compile. */
import {
  arange,
  type ChunkInfo,
  defineKernel,
  type NDArray,
  Pool,
  Process,
  pipe,
  Queue,
  RawValue,
  rawArray,
  SharedArray,
  struct,
  Value,
  zeros,
} from "shared-ndarray";

const pool = new Pool();
const grid = zeros([2, 3]);
const ids = zeros([2, 3], { dtype: "int64" });

// @ts-expect-error: one operand gives the kernel one element, and there are no params
pool.map(grid, (x, y) => x + y);
// @ts-expect-error: the kernel returns numbers, and `out` holds bigints
pool.map(grid, (x) => x + 1, { out: ids });
// @ts-expect-error: a signal cannot fire while the caller is blocked
pool.mapSync(grid, (x) => x, { signal: new AbortController().signal });
// @ts-expect-error: the halo names an operand that is not there
pool.forEachChunk({ from: grid, to: ids }, () => {}, { halo: { form: 1 } });

const scaleBy = defineKernel(
  import.meta.url,
  "scaleBy",
  ([a]: [NDArray<"float64", 1>], _: ChunkInfo, { by }: { by: number }) => {
    for (let i = 0; i < a.size; i++) a.flat[i]! *= by;
  },
);
// @ts-expect-error: the kernel needs `by`
pool.forEachChunk([arange(4)], scaleBy, { params: { to: 2 } });

// @ts-expect-error: the task takes a text
pool.run((word: string) => word.length, [3]);
// @ts-expect-error: the queue holds numbers
new Process((words: Queue<string>) => words.end(), [new Queue<number>()]);

// @ts-expect-error: a struct cannot be added to in one atomic step
new Value(struct({ x: "float64" }), { x: 1 }).add({ x: 1 });
// @ts-expect-error: a struct has all of its fields
new SharedArray(struct({ x: "float64", y: "float64" }), [{ x: 1 }]);
// @ts-expect-error: a field holds one number or boolean
struct({ inner: struct({ x: "float64" }) });
// @ts-expect-error: a typed array cannot hold structs
rawArray(struct({ x: "float64" }), 3);
// @ts-expect-error: a raw value has no lock
new RawValue("int32").lock;
// @ts-expect-error: nor has a value that was made without one
new Value("int32", 0, { lock: false }).lock;

const [asker] = pipe<"question", "answer">();
// @ts-expect-error: this end puts questions
asker.put("answer");
