/**
 * The types of what the package's functions return, one expression a line: NumPy's dtype and rank, as far as the
 * arguments say them. Ranks above 5 are `number`, which stands for any rank.
 */
import {
  type AnyNDArray,
  abs,
  add,
  all,
  allclose,
  angle,
  any,
  arange,
  argmax,
  argmin,
  argsort,
  array,
  arrayEqual,
  atan2,
  bitwiseAnd,
  bitwiseCount,
  bitwiseInvert,
  bitwiseLeftShift,
  clip,
  concat,
  conj,
  copysign,
  countNonzero,
  cumulativeProd,
  cumulativeSum,
  type DType,
  divide,
  divmod,
  dot,
  equal,
  exp,
  eye,
  floatPower,
  floor,
  floorDivide,
  frexp,
  full,
  gcd,
  greater,
  hypot,
  imag,
  isfinite,
  isnan,
  ldexp,
  less,
  logicalAnd,
  logicalNot,
  matmul,
  max,
  maximum,
  mean,
  min,
  modf,
  multiply,
  type NDArray,
  negative,
  norm,
  pow,
  prod,
  type ReadonlyNDArray,
  real,
  remainder,
  round,
  searchsorted,
  signbit,
  sin,
  sinc,
  slidingWindowView,
  sort,
  sqrt,
  square,
  stack,
  std,
  subtract,
  sum,
  variance,
  vecdot,
  where,
  zeros,
  zerosLike,
} from "shared-ndarray";
import { of } from "./same.js";

declare const f64: NDArray<"float64", 2>;
declare const f32: NDArray<"float32", 1>;
declare const f16: NDArray<"float16", 1>;
declare const i8: NDArray<"int8", 1>;
declare const i16: NDArray<"int16", 3>;
declare const i32: NDArray<"int32", 2>;
declare const i64: NDArray<"int64", 1>;
declare const u8: NDArray<"uint8", 1>;
declare const u32: NDArray<"uint32", 1>;
declare const c8: NDArray<"uint8_clamped", 2>;
declare const z128: NDArray<"complex128", 2>;
declare const z64: NDArray<"complex64", 1>;
declare const mask: NDArray<"bool", 2>;
declare const flags: NDArray<"bool", 1>;
declare const deep: NDArray<"float64", 6>;
declare const ofAnyRank: NDArray<"float32">;
declare const anyArray: AnyNDArray;
declare const either: NDArray<"int32", 2> | NDArray<"float32", 2>;
declare const readable: ReadonlyNDArray<"int16", 2>;
declare const x: number;
declare const axis: number;
declare const axes: number[];
declare const isKept: boolean;
declare const dtype: DType;

// Element-wise functions of arrays promote dtypes and broadcast ranks.
of(add(i32, u8)).is<NDArray<"int32", 2>>(true);
of(add(i32, f32)).is<NDArray<"float64", 2>>(true);
of(add(i8, u8)).is<NDArray<"int16", 1>>(true);
of(add(c8, c8)).is<NDArray<"uint8", 2>>(true);
of(add(readable, i8)).is<NDArray<"int16", 2>>(true);
of(add(ofAnyRank, f32)).is<NDArray<"float32">>(true);
of(add(deep, f64)).is<NDArray<"float64">>(true);
of(add(either, i32)).is<NDArray<"int32", 2> | NDArray<"float64", 2>>(true);
of(subtract(f32, f16)).is<NDArray<"float32", 1>>(true);
of(multiply(i16, i8)).is<NDArray<"int16", 3>>(true);
of(divide(i32, i32)).is<NDArray<"float64", 2>>(true);
of(divide(f32, u8)).is<NDArray<"float32", 1>>(true);
of(floorDivide(flags, flags)).is<NDArray<"int8", 1>>(true);
of(remainder(i32, u32)).is<NDArray<"int64", 2>>(true);
of(pow(u8, u8)).is<NDArray<"uint8", 1>>(true);
of(maximum(u32, i64)).is<NDArray<"int64", 1>>(true);
of(atan2(i8, u8)).is<NDArray<"float16", 1>>(true);
of(hypot(i32, f32)).is<NDArray<"float64", 2>>(true);
of(copysign(f32, f32)).is<NDArray<"float32", 1>>(true);
of(bitwiseAnd(mask, flags)).is<NDArray<"bool", 2>>(true);
of(bitwiseLeftShift(i32, u8)).is<NDArray<"int32", 2>>(true);
of(greater(f64, f32)).is<NDArray<"bool", 2>>(true);
of(equal(i16, i32)).is<NDArray<"bool", 3>>(true);
of(logicalAnd(mask, flags)).is<NDArray<"bool", 2>>(true);

// Numbers next to arrays take their dtype. A fraction makes float64 of integers, and so may a number that is not known.
of(add(z64, z128)).is<NDArray<"complex128", 2>>(true);
of(add(z64, i8)).is<NDArray<"complex64", 1>>(true);
of(add(z64, i64)).is<NDArray<"complex128", 1>>(true);
of(add(z64, f32)).is<NDArray<"complex64", 1>>(true);
of(add(z64, f64)).is<NDArray<"complex128", 2>>(true);
of(multiply(z64, 0.5)).is<NDArray<"complex64", 1>>(true);
of(multiply(f32, { re: 0, im: 1 })).is<NDArray<"complex64", 1>>(true);
of(multiply({ re: 0, im: 1 }, i32)).is<NDArray<"complex128", 2>>(true);
of(abs(z128)).is<NDArray<"float64", 2>>(true);
of(abs(z64)).is<NDArray<"float32", 1>>(true);
of(angle(z64)).is<NDArray<"float32", 1>>(true);
of(conj(z64)).is<NDArray<"complex64", 1>>(true);
of(real(z128)).is<NDArray<"float64", 2>>(true);
of(imag(z64)).is<NDArray<"float32", 1>>(true);
of(exp(z64)).is<NDArray<"complex64", 1>>(true);
of(isnan(z64)).is<NDArray<"bool", 1>>(true);
of(equal(z64, z128)).is<NDArray<"bool", 2>>(true);
of(sum(z128, { axis: 0 })).is<NDArray<"complex128", 1>>(true);
of(mean(z64, { keepdims: true })).is<NDArray<"complex64", 1>>(true);
of(std(z128, { axis: 1 })).is<NDArray<"float64", 1>>(true);
of(norm(z64, { axis: 0 })).is<NDArray<"float32", 0>>(true);
of(argmax(z128, { axis: 0 })).is<NDArray<"int32", 1>>(true);
of(cumulativeSum(z64)).is<NDArray<"complex64", 1>>(true);
of(matmul(z128, f64)).is<NDArray<"complex128", 2>>(true);
of(sort(z64)).is<NDArray<"complex64", 1>>(true);
of(array([1, { re: 1, im: 2 }])).is<NDArray<"complex128", 1>>(true);
of(z128.view("float64")).is<NDArray<"float64", 2>>(true);
of(add(i32, 1)).is<NDArray<"int32", 2>>(true);
of(add(1, i32)).is<NDArray<"int32", 2>>(true);
of(add(i32, -1)).is<NDArray<"int32", 2>>(true);
of(add(i32, 0.5)).is<NDArray<"float64", 2>>(true);
of(add(i32, x)).is<NDArray<"int32", 2> | NDArray<"float64", 2>>(true);
of(add(f32, x)).is<NDArray<"float32", 1>>(true);
of(add(i64, 1n)).is<NDArray<"int64", 1>>(true);
of(add(i64, 1)).is<NDArray<"int64", 1>>(true);
of(add(i64, 0.5)).is<NDArray<"float64", 1>>(true);
of(add(i64, x)).is<NDArray<"int64", 1> | NDArray<"float64", 1>>(true);
of(divide(i64, 2)).is<NDArray<"float64", 1>>(true);
of(add(mask, 1)).is<NDArray<"float64", 2>>(true);
of(add(mask, 1n)).is<NDArray<"int64", 2>>(true);
of(add(1, 2)).is<NDArray<"float64", 0>>(true);
of(multiply(c8, 2)).is<NDArray<"uint8", 2>>(true);
of(divide(i32, x)).is<NDArray<"float64", 2>>(true);
of(floorDivide(u8, 2)).is<NDArray<"uint8", 1>>(true);
of(atan2(1, f32)).is<NDArray<"float32", 1>>(true);
of(hypot(i32, x)).is<NDArray<"float64", 2>>(true);
of(greater(f32, 1)).is<NDArray<"bool", 1>>(true);
of(less(x, i16)).is<NDArray<"bool", 3>>(true);

// Functions of one operand.
of(negative(i32)).is<NDArray<"int32", 2>>(true);
of(abs(c8)).is<NDArray<"uint8", 2>>(true);
of(square(flags)).is<NDArray<"int8", 1>>(true);
of(sqrt(u8)).is<NDArray<"float16", 1>>(true);
of(exp(i16)).is<NDArray<"float32", 3>>(true);
of(sin(2)).is<NDArray<"float64", 0>>(true);
of(floor(i32)).is<NDArray<"int32", 2>>(true);
of(round(f32)).is<NDArray<"float32", 1>>(true);
of(bitwiseInvert(u8)).is<NDArray<"uint8", 1>>(true);
of(isnan(f64)).is<NDArray<"bool", 2>>(true);
of(isfinite(ofAnyRank)).is<NDArray<"bool">>(true);
of(logicalNot(mask)).is<NDArray<"bool", 2>>(true);
of(signbit(f32)).is<NDArray<"bool", 1>>(true);

// Options.
of(add(f32, 1, { out: f32 })).is<NDArray<"float32", 1>>(true);
of(add(i32, i32, { dtype: "float32" })).is<NDArray<"float32", 2>>(true);
of(sqrt(u8, { dtype: "float64" })).is<NDArray<"float64", 1>>(true);
of(add(f32, 1, { where: mask })).is<NDArray<"float32", 2>>(true);
of(add(f32, 1, { out: undefined })).is<NDArray<"float32", 1>>(true);
of(greater(f32, 1, { out: flags })).is<NDArray<"bool", 1>>(true);

// `where` and `clip`.
of(where(mask, f32, f32)).is<NDArray<"float32", 2>>(true);
of(where(flags, f32, 0)).is<NDArray<"float32", 1>>(true);
of(where(mask, 0, i32)).is<NDArray<"int32", 2>>(true);
of(where(mask, i32, f32)).is<NDArray<"float64", 2>>(true);
of(where(mask, 1, 0)).is<NDArray<"float64", 2>>(true);
of(where(mask, f64, 0, { out: f64 })).is<NDArray<"float64", 2>>(true);
of(clip(f32, 0, 1)).is<NDArray<"float32", 1>>(true);
of(clip(i32, 0, 255)).is<NDArray<"int32", 2>>(true);
of(clip(u8, 0, 0.5)).is<NDArray<"float64", 1>>(true);
of(clip(i64, 0n, 1n)).is<NDArray<"int64", 1>>(true);

// Reductions: a value of all elements, arrays along axes.
of(sum(i32)).is<number>(true);
of(sum(i32, { axis: 0 })).is<NDArray<"int64", 1>>(true);
of(sum(u8, { axis: 0 })).is<NDArray<"uint64", 0>>(true);
of(sum(f32, { axis: 0 })).is<NDArray<"float32", 0>>(true);
of(sum(mask, { axis })).is<NDArray<"int64", 1>>(true);
of(sum(i16, { axis: [0, 1] })).is<NDArray<"int64", 1>>(true);
of(sum(f64, { axis: axes })).is<NDArray<"float64">>(true);
of(sum(f64, { axis: [0, 1], keepdims: true })).is<NDArray<"float64", 2>>(true);
of(sum(f64, { keepdims: true })).is<NDArray<"float64", 2>>(true);
of(sum(f64, { axis: 0, keepdims: isKept })).is<NDArray<"float64">>(true);
of(sum(i32, { axis: 0, dtype: "float64" })).is<NDArray<"float64", 1>>(true);
of(sum(f64, { axis: 0, out: f32 })).is<NDArray<"float32", 1>>(true);
of(sum(ofAnyRank, { axis: 0 })).is<NDArray<"float32">>(true);
of(sum(either, { axis: 0 })).is<NDArray<"int64", 1> | NDArray<"float32", 1>>(true);
of(prod(u32, { axis: 0 })).is<NDArray<"uint64", 0>>(true);
of(max(i16, { axis: -1 })).is<NDArray<"int16", 2>>(true);
of(min(c8, { axis: 0, keepdims: true })).is<NDArray<"uint8_clamped", 2>>(true);
of(mean(i32, { axis: 0 })).is<NDArray<"float64", 1>>(true);
of(mean(f32)).is<number>(true);
of(std(f16, { keepdims: true })).is<NDArray<"float16", 1>>(true);
of(variance(f64, { axis: [0] })).is<NDArray<"float64", 1>>(true);
of(norm(u8, { axis: 0 })).is<NDArray<"float64", 0>>(true);
of(any(mask)).is<boolean>(true);
of(all(f64, { axis: 0 })).is<NDArray<"bool", 1>>(true);
of(argmax(f64)).is<number>(true);
of(argmax(f64, { axis: 0 })).is<NDArray<"int32", 1>>(true);
of(argmin(i16, { axis: [0, 1] })).is<NDArray<"int32", 1>>(true);
of(countNonzero(mask, { axis: 1 })).is<NDArray<"int32", 1>>(true);
of(dot(f64.slice(0), i64)).is<number>(true);
of(i32.sum()).is<number>(true);
of(i32.sum({ axis: 0 })).is<NDArray<"int64", 1>>(true);
of(i16.max({ axis: [0, 1] })).is<NDArray<"int16", 1>>(true);
of(mask.max()).is<boolean>(true);
of(f64.mean({ axis: 0, keepdims: true })).is<NDArray<"float64", 2>>(true);
of(f64.argmax({ axis: 0 })).is<NDArray<"int32", 1>>(true);
of(f64.any()).is<boolean>(true);
of(readable.std({ axis: 0 })).is<NDArray<"float64", 1>>(true);
of(i16.cumulativeSum({ axis: 0 })).is<NDArray<"int64", 3>>(true);
of(u8.cumulativeProd()).is<NDArray<"uint64", 1>>(true);
of(sum([1, 2, 3])).is<number>(true);
of(max([[true, false]])).is<boolean>(true);
of(
  mean(
    [
      [1, 2],
      [3, 4],
    ],
    { axis: 0 },
  ),
).is<NDArray<"float64", 1>>(true);
of(sum(Int32Array.of(1, 2), { axis: 0 })).is<NDArray<"int64", 0>>(true);
of(dot(flags, flags)).is<boolean>(true);
of(max(mask)).is<boolean>(true);
of(min(i64)).is<number>(true);
of(max(either)).is<number>(true);
of(sum(mask)).is<number>(true);
of(sum(i32, { dtype: "bool" })).is<boolean>(true);
of(argmax(mask)).is<number>(true);

// Products, running sums, sorting.
of(matmul(f64, f64)).is<NDArray<"float64", 2>>(true);
of(matmul(i32, u8)).is<NDArray<"int32", 1>>(true);
of(matmul(i16, readable)).is<NDArray<"int16", 3>>(true);
of(matmul(f32, f16)).is<NDArray<"float32", 0>>(true);
of(matmul(f64, f64, { out: f64 })).is<NDArray<"float64", 2>>(true);
of(vecdot(f64, f32)).is<NDArray<"float64", 1>>(true);
of(vecdot(u8, i8)).is<NDArray<"int16", 0>>(true);
of(cumulativeSum(f64)).is<NDArray<"float64", 1>>(true);
of(cumulativeSum(i16, { axis: 0 })).is<NDArray<"int64", 3>>(true);
of(cumulativeProd(u8, { axis })).is<NDArray<"uint64", 1>>(true);
of(cumulativeSum(f64, { axis: 0, out: f64 })).is<NDArray<"float64", 2>>(true);
of(sort(c8)).is<NDArray<"uint8_clamped", 2>>(true);
of(sort(either)).is<NDArray<"int32", 2> | NDArray<"float32", 2>>(true);
of(argsort(i16, { axis: 0 })).is<NDArray<"int32", 3>>(true);
of(searchsorted(f32, f64)).is<NDArray<"int32", 2>>(true);

// Creation and joins.
of(zeros([2, 3], { dtype: "int32" })).is<NDArray<"int32", 2>>(true);
of(zeros([2, 3], { dtype })).is<AnyNDArray<2>>(true);
of(full(3, 1)).is<NDArray<"float64", 1>>(true);
of(eye(3, { dtype: "bool" })).is<NDArray<"bool", 2>>(true);
of(arange(3)).is<NDArray<"float64", 1>>(true);
of(array([[1, 2]])).is<NDArray<"float64", 2>>(true);
of(array(new Float32Array(3))).is<NDArray<"float32", 1>>(true);
of(array(either)).is<NDArray<"int32", 2> | NDArray<"float32", 2>>(true);
of(zerosLike(anyArray)).is<AnyNDArray>(true);
of(concat([f32, f32])).is<NDArray<"float32", 1>>(true);
of(stack([f32, f32])).is<NDArray<"float32", 2>>(true);
of(stack([f64, f64], { axis: -1 })).is<NDArray<"float64", 3>>(true);
of(slidingWindowView(f32, 2)).is<ReadonlyNDArray<"float32", 2>>(true);
of(arrayEqual(f32, i32)).is<boolean>(true);
of(allclose(f32, f64)).is<boolean>(true);

// Functions whose results are of a dtype of their own, and functions of two results.
of(floatPower(f32, f16)).is<NDArray<"float64", 1>>(true);
of(floatPower(i32, 2)).is<NDArray<"float64", 2>>(true);
of(ldexp(i8, i32)).is<NDArray<"float16", 2>>(true);
of(ldexp(f32, 3)).is<NDArray<"float32", 1>>(true);
of(ldexp(2, i8)).is<NDArray<"float64", 1>>(true);
of(bitwiseCount(i64)).is<NDArray<"uint8", 1>>(true);
of(gcd(i8, u8)).is<NDArray<"int16", 1>>(true);
of(sinc(i8)).is<NDArray<"float64", 1>>(true);
of(frexp(f32)[1]).is<NDArray<"int32", 1>>(true);
of(modf(i16)[0]).is<NDArray<"float32", 3>>(true);
of(divmod(i8, f64)[1]).is<NDArray<"float64", 2>>(true);

// Methods: sums of integers are of 64 bits, other folds keep the dtype of the function.
of(add.reduce(i8)).is<NDArray<"int64", 0>>(true);
of(add.reduce(u8, { dtype: "float32" })).is<NDArray<"float32", 0>>(true);
of(multiply.reduce(i16, { axis: 1 })).is<NDArray<"int64", 2>>(true);
of(add.reduce(f64, { axis: null })).is<NDArray<"float64", 0>>(true);
of(add.reduce(f64, { axis: [0, 1], keepdims: true })).is<NDArray<"float64", 2>>(true);
of(subtract.reduce(i32)).is<NDArray<"int32", 1>>(true);
of(divide.reduce(i32)).is<NDArray<"float64", 1>>(true);
of(atan2.reduce(i16)).is<NDArray<"float32", 2>>(true);
of(maximum.reduce(i16, { axis: [0, 2] })).is<NDArray<"int16", 1>>(true);
of(logicalAnd.reduce(f64)).is<NDArray<"bool", 1>>(true);
of(equal.reduce(mask)).is<NDArray<"bool", 1>>(true);
of(add.accumulate(i8)).is<NDArray<"int64", 1>>(true);
of(maximum.accumulate(i32, { axis: 1 })).is<NDArray<"int32", 2>>(true);
of(subtract.reduceat(f32, [0, 1])).is<NDArray<"float32", 1>>(true);
of(multiply.outer(i8, i32)).is<NDArray<"int32", 3>>(true);
of(less.outer(f64, f64)).is<NDArray<"bool", 4>>(true);
of(divide.outer(u8, 2)).is<NDArray<"float64", 1>>(true);
