// Examples for the names of the array API that make arrays, ask about dtypes and arrange elements. A row: the name, the
// standard's call, ours, and what both give. The operands are in operands.mjs.

export const CREATION = [
  ["arange", "arange(5, 0, -2, dtype=int16)", 'arange(5, 0, -2, { dtype: "int16" })', "array([5, 3, 1], dtype=int16)"],
  [
    "asarray",
    "asarray([[1, 2], [3, 4]], dtype=int8)",
    'asarray([[1, 2], [3, 4]], { dtype: "int8" })',
    "array([[1, 2], [3, 4]], dtype=int8)",
  ],
  [
    "empty",
    "empty((2, 0), dtype=float32)",
    'empty([2, 0], { dtype: "float32" })',
    "array([], shape=(2, 0), dtype=float32)",
  ],
  ["empty_like", "empty_like(a[:0])", 'emptyLike(a.slice(":0"))', "array([], shape=(0, 3), dtype=int32)"],
  [
    "eye",
    "eye(2, 3, k=1, dtype=int8)",
    'eye(2, { columns: 3, k: 1, dtype: "int8" })',
    "array([[0, 1, 0], [0, 0, 1]], dtype=int8)",
  ],
  ["full", "full((2,), 7, dtype=uint8)", 'full([2], 7, { dtype: "uint8" })', "array([7, 7], dtype=uint8)"],
  ["full_like", "full_like(b, 7)", "fullLike(b, 7)", "array([7., 7., 7.])"],
  [
    "linspace",
    "linspace(0, 1, 4, dtype=float32, endpoint=False)",
    'linspace(0, 1, 4, { dtype: "float32", endpoint: false })',
    "array([0. , 0.25, 0.5 , 0.75], dtype=float32)",
  ],
  [
    "meshgrid",
    'meshgrid(b, f, indexing="ij")[1]',
    'meshgrid([b, f], { indexing: "ij" })[1]',
    "array([[-1.5 , 0.25, 2.5 ], [-1.5 , 0.25, 2.5 ], [-1.5 , 0.25, 2.5 ]])",
  ],
  ["ones", "ones((2,), dtype=bool)", 'ones([2], { dtype: "bool" })', "array([ True, True])"],
  ["ones_like", "ones_like(a)", "onesLike(a)", "array([[1, 1, 1], [1, 1, 1]], dtype=int32)"],
  ["tril", "tril(a, k=-1)", "tril(a, { k: -1 })", "array([[0, 0, 0], [3, 0, 0]], dtype=int32)"],
  ["triu", "triu(a, k=1)", "triu(a, { k: 1 })", "array([[0, 1, 2], [0, 0, 5]], dtype=int32)"],
  ["zeros", "zeros((1, 2), dtype=int64)", 'zeros([1, 2], { dtype: "int64" })', "array([[0, 0]])"],
  ["zeros_like", "zeros_like(b)", "zerosLike(b)", "array([0., 0., 0.])"],
];

export const DTYPES = [
  ["astype", "astype(f, int8)", 'f.astype("int8")', "array([-1, 0, 2], dtype=int8)"],
  ["can_cast", "can_cast(int8, float32)", 'canCast("int8", "float32")', "true"],
  ["can_cast", "can_cast(a, int16)", 'canCast(a, "int16")', "false"],
  [
    "finfo",
    "[finfo(float32).bits, finfo(float32).eps == 2**-23]",
    '[finfo("float32").bits, finfo("float32").eps === 2 ** -23]',
    "[32, true]",
  ],
  [
    "iinfo",
    "[iinfo(a.dtype).bits, iinfo(a.dtype).min, iinfo(a.dtype).max]",
    "[iinfo(a).bits, iinfo(a).min, iinfo(a).max]",
    "[32, -2147483648, 2147483647]",
  ],
  ["isdtype", 'isdtype(a.dtype, ("signed integer", "bool"))', 'isdtype(a.dtype, ["signed integer", "bool"])', "true"],
  ["isdtype", 'isdtype(a.dtype, "real floating")', 'isdtype(a.dtype, "real floating")', "false"],
  ["result_type", "result_type(a, float32)", 'resultType(a, "float32")', "float64"],
];

export const MANIPULATION = [
  [
    "broadcast_arrays",
    "broadcast_arrays(a, b)[1]",
    "broadcastArrays(a, b)[1]",
    "array([[10., 20., 30.], [10., 20., 30.]])",
  ],
  ["broadcast_shapes", "broadcast_shapes((3, 1), (2,), ())", "broadcastShapes([3, 1], [2], [])", "[3, 2]"],
  ["broadcast_to", "broadcast_to(b, (2, 3))", "broadcastTo(b, [2, 3])", "array([[10., 20., 30.], [10., 20., 30.]])"],
  [
    "concat",
    "concat([a, a], axis=1)",
    "concat([a, a], { axis: 1 })",
    "array([[0, 1, 2, 0, 1, 2], [3, 4, 5, 3, 4, 5]], dtype=int32)",
  ],
  [
    "concat",
    "concat([a, b], axis=None)",
    "concat([a, b], { axis: null })",
    "array([ 0., 1., 2., 3., 4., 5., 10., 20., 30.])",
  ],
  ["expand_dims", "expand_dims(b, axis=(0, -1))", "expandDims(b, { axis: [0, -1] })", "array([[[10.], [20.], [30.]]])"],
  ["flip", "flip(a, axis=(0, 1))", "flip(a, { axis: [0, 1] })", "array([[5, 4, 3], [2, 1, 0]], dtype=int32)"],
  ["flip", "flip(a, axis=-1)", "flip(a, { axis: -1 })", "array([[2, 1, 0], [5, 4, 3]], dtype=int32)"],
  [
    "moveaxis",
    "moveaxis(c, (0, 1), (2, 0))",
    "moveaxis(c, [0, 1], [2, 0])",
    "array([[[ 0., 6.], [ 1., 7.], [ 2., 8.]], [[ 3., 9.], [ 4., 10.], [ 5., 11.]]])",
  ],
  [
    "permute_dims",
    "permute_dims(c, (2, 0, 1))",
    "permuteDims(c, [2, 0, 1])",
    "array([[[ 0., 3.], [ 6., 9.]], [[ 1., 4.], [ 7., 10.]], [[ 2., 5.], [ 8., 11.]]])",
  ],
  [
    "repeat",
    "repeat(a, [1, 0, 2], axis=1)",
    "repeat(a, [1, 0, 2], { axis: 1 })",
    "array([[0, 2, 2], [3, 5, 5]], dtype=int32)",
  ],
  [
    "reshape",
    "reshape(a, (3, -1), copy=True)",
    "reshape(a, [3, -1], { copy: true })",
    "array([[0, 1], [2, 3], [4, 5]], dtype=int32)",
  ],
  [
    "roll",
    "roll(a, (1, -1), axis=(0, 1))",
    "roll(a, [1, -1], { axis: [0, 1] })",
    "array([[4, 5, 3], [1, 2, 0]], dtype=int32)",
  ],
  ["roll", "roll(a, 2)", "roll(a, 2)", "array([[4, 5, 0], [1, 2, 3]], dtype=int32)"],
  [
    "squeeze",
    "squeeze(zeros((1, 2, 1)), axis=(0, 2))",
    "squeeze(zeros([1, 2, 1]), { axis: [0, 2] })",
    "array([0., 0.])",
  ],
  [
    "stack",
    "stack([b, f], axis=-1)",
    "stack([b, f], { axis: -1 })",
    "array([[10. , -1.5 ], [20. , 0.25], [30. , 2.5 ]])",
  ],
  ["tile", "tile(b, (2, 1))", "tile(b, [2, 1])", "array([[10., 20., 30.], [10., 20., 30.]])"],
  [
    "unstack",
    "unstack(a, axis=1)",
    "unstack(a, { axis: 1 })",
    "[array([0, 3], dtype=int32), array([1, 4], dtype=int32), array([2, 5], dtype=int32)]",
  ],
];
