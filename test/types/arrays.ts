/** What the compiler must infer about arrays: the dtype and the rank survive creation, slicing and attaching. */
import {
  type AnyNDArray,
  arange,
  array,
  type DType,
  emptyLike,
  fromHandle,
  type Handle,
  linspace,
  NDArray,
  ones,
  type ReadonlyNDArray,
  SharedMemory,
  slidingWindowView,
  toHandle,
  zeros,
} from "shared-ndarray";
import { same } from "./same.js";

declare const rows: number;
declare const columns: number;
declare const text: string;
const grid = zeros([rows, columns]);
const line = ones(8);
const picture = zeros([rows, columns, 4], { dtype: "uint8" });
const ids = zeros([3, 2], { dtype: "int64" });

// Creation: the rank comes from the length of the shape, the dtype from the option or from the data.
same<typeof grid, NDArray<"float64", 2>>(true);
same<typeof line, NDArray<"float64", 1>>(true);
same<typeof picture, NDArray<"uint8", 3>>(true);

const nested = array([
  [0.5, 1],
  [2, 3],
]);
const big = array([7n, 8n]);
const flags = array([false, true]);
const reshaped = array(new Int16Array(8), { shape: [2, 2, 2] });
const buffer = array(Buffer.alloc(4));
declare const lists: number[][];
const typed = array(lists, { dtype: "float32" });
const copied = array(picture);
const wrapped = NDArray.wrap(new Uint32Array(new SharedArrayBuffer(16)));
const like = emptyLike(picture);
same<typeof nested, NDArray<"float64", 2>>(true);
same<typeof big, NDArray<"int64", 1>>(true);
same<typeof flags, NDArray<"bool", 1>>(true);
same<typeof reshaped, NDArray<"int16", 3>>(true);
same<typeof buffer, NDArray<"uint8", 1>>(true);
same<typeof typed, NDArray<"float32", 2>>(true);
same<typeof copied, NDArray<"uint8", 3>>(true);
same<typeof wrapped, NDArray<"uint32", 1>>(true);
same<typeof like, NDArray<"uint8", 3>>(true);
const counted = arange(5);
const spaced = linspace(0, 1, 5).expandDims(1);
same<typeof counted, NDArray<"float64", 1>>(true);
same<typeof spaced, NDArray<"float64", 2>>(true);
declare const maybeName: string | undefined;
zeros(3, { name: maybeName }); // an option may be given as undefined

// Slices: an integer drops an axis, null and "newaxis" add one, a range keeps it.
const inner = grid.slice("1:-1, 1:-1");
const channel = picture.slice("..., 3");
const sameChannel = picture.slice("...", 3);
const mixed = grid.slice(2, null, [0, 6, 2]);
const oneRow = grid.slice(-1);
const widened = line.slice("newaxis, :");
const whoKnows = grid.slice(text);
same<typeof inner, NDArray<"float64", 2>>(true);
same<typeof channel, NDArray<"uint8", 2>>(true);
same<typeof sameChannel, NDArray<"uint8", 2>>(true);
same<typeof mixed, NDArray<"float64", 2>>(true);
same<typeof oneRow, NDArray<"float64", 1>>(true);
same<typeof widened, NDArray<"float64", 2>>(true);
same<typeof whoKnows, NDArray<"float64", number>>(true);

// Attaching: what is asked for is checked at run time, and so it may be believed.
const asked = NDArray.attach("field", { dtype: "int16", ndim: 3 });
const anyRank = NDArray.attach("field", { dtype: "int16" });
const fromSystem = NDArray.attach("field", { dtype: "int16", scope: "system" });
same<typeof asked, NDArray<"int16", 3>>(true);
same<typeof anyRank, NDArray<"int16", number>>(true);
same<typeof fromSystem, NDArray<"int16", number>>(true);
const unknown = NDArray.attach("field");
if (unknown.dtype === "float32") same<typeof unknown, NDArray<"float32", number>>(true);
switch (unknown.dtype) {
  case "uint64": {
    const integer: bigint = unknown.get(0);
    void integer;
    break;
  }
  case "bool": {
    const flag: boolean = unknown.get(0);
    void flag;
    break;
  }
  case "float64": {
    const float: number = unknown.get(0) / 2;
    void float;
    break;
  }
}

// Elements and iteration.
grid.set(1, 2, 0.5);
ids.set(0, 1, 4n);
for (const row of grid) same<typeof row, NDArray<"float64", 1>>(true);
for (const x of line) same<typeof x, number>(true);
const lists2: number[][] = grid.toArray();
const scalar: number = grid.slice(0, 0).toArray();

// Memory and handles.
using block = new SharedMemory(4096, { name: "bytes" });
const seen = NDArray.view(block, [16, 16], { dtype: "float32", byteOffset: 256 });
same<typeof seen, NDArray<"float32", 2>>(true);
block.as("uint16").fill(7);
const handle: Handle<NDArray<"int64", 2>> = toHandle(ids);
const back = fromHandle(handle);
same<typeof back, NDArray<"int64", 2>>(true);

// Reading is covariant: any array may be passed where one is only read.
const readable: ReadonlyNDArray<DType> = picture;
const oneOfMany: AnyNDArray = picture;
const ofAnyRank: NDArray<"float64"> = grid;
const windows = slidingWindowView(line, 3);
const windowRead: ReadonlyNDArray<"float64"> = windows;

export { lists2, ofAnyRank, oneOfMany, readable, scalar, windowRead };
