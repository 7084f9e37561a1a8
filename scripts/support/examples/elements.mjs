// Examples for the names of the array API that choose, sort, count, reduce and multiply. A row: the name, the
// standard's call, ours, and what both give. The operands are in operands.mjs.

export const SELECTING = [
  [
    "take",
    "take(a, [2, 0, -1], axis=1)",
    "a.take([2, 0, -1], { axis: 1 })",
    "array([[2, 0, 2], [5, 3, 5]], dtype=int32)",
  ],
  [
    "take_along_axis",
    "take_along_axis(a, array([[2], [0]]), axis=1)",
    'takeAlongAxis(a, array([[2], [0]], { dtype: "int32" }), { axis: 1 })',
    "array([[2], [3]], dtype=int32)",
  ],
  [
    "argmax",
    "int32(argmax(a, axis=1, keepdims=True))",
    "argmax(a, { axis: 1, keepdims: true })",
    "array([[2], [2]], dtype=int32)",
  ],
  ["argmax", "argmax(s)", "argmax(s)", "2"],
  [
    "argmin",
    "int32(argmin(a, axis=0, keepdims=True))",
    "argmin(a, { axis: 0, keepdims: true })",
    "array([[0, 0, 0]], dtype=int32)",
  ],
  [
    "count_nonzero",
    "int32(count_nonzero(a, axis=1, keepdims=True))",
    "countNonzero(a, { axis: 1, keepdims: true })",
    "array([[2], [3]], dtype=int32)",
  ],
  ["nonzero", "[int32(i) for i in nonzero(t)]", "nonzero(t)", "[array([0, 2], dtype=int32)]"],
  [
    "searchsorted",
    'int32(searchsorted(b, array([10.0, 25]), side="right"))',
    'searchsorted(b, array([10, 25]), { side: "right" })',
    "array([1, 2], dtype=int32)",
  ],
  [
    "where",
    "where(greater(a, 2), a, f)",
    "where(greater(a, 2), a, f)",
    "array([[-1.5 , 0.25, 2.5 ], [ 3. , 4. , 5. ]])",
  ],
  [
    "argsort",
    "int32(argsort(negative(a), axis=1, stable=True))",
    "argsort(negative(a), { axis: 1 })",
    "array([[2, 1, 0], [2, 1, 0]], dtype=int32)",
  ],
  [
    "sort",
    "sort(negative(a), axis=-1)",
    "sort(negative(a), { axis: -1 })",
    "array([[-2, -1, 0], [-5, -4, -3]], dtype=int32)",
  ],
];

export const STATISTICS = [
  [
    "all",
    "all(greater(a, 0), axis=1, keepdims=True)",
    "all(greater(a, 0), { axis: 1, keepdims: true })",
    "array([[False], [ True]])",
  ],
  ["any", "any(a, axis=(0, 1), keepdims=True)", "any(a, { axis: [0, 1], keepdims: true })", "array([[ True]])"],
  ["cumulative_prod", "cumulative_prod(b, axis=0)", "cumulativeProd(b, { axis: 0 })", "array([ 10., 200., 6000.])"],
  ["cumulative_sum", "cumulative_sum(a, axis=1)", "cumulativeSum(a, { axis: 1 })", "array([[ 0, 1, 3], [ 3, 7, 12]])"],
  ["max", "max(a, axis=0, keepdims=True)", "max(a, { axis: 0, keepdims: true })", "array([[3, 4, 5]], dtype=int32)"],
  ["max", "max(s)", "max(s)", "NaN"],
  ["mean", "mean(a, axis=-1, keepdims=True)", "mean(a, { axis: -1, keepdims: true })", "array([[1.], [4.]])"],
  ["min", "min(c, axis=(0, 2), keepdims=True)", "min(c, { axis: [0, 2], keepdims: true })", "array([[[0.], [3.]]])"],
  [
    "prod",
    "prod(a, axis=1, dtype=float32, keepdims=True)",
    'prod(a, { axis: 1, dtype: "float32", keepdims: true })',
    "array([[ 0.], [60.]], dtype=float32)",
  ],
  [
    "std",
    "std(a, axis=0, correction=1, keepdims=True)",
    "std(a, { axis: 0, correction: 1, keepdims: true })",
    "array([[2.12132034, 2.12132034, 2.12132034]])",
  ],
  [
    "sum",
    "sum(a, axis=0, dtype=float64, keepdims=True)",
    'sum(a, { axis: 0, dtype: "float64", keepdims: true })',
    "array([[3., 5., 7.]])",
  ],
  ["sum", "sum(i, axis=0)", "sum(i)", "0"],
  [
    "var",
    "var(a, axis=1, correction=1, keepdims=True)",
    "variance(a, { axis: 1, correction: 1, keepdims: true })",
    "array([[1.], [1.]])",
  ],
  ["diff", "diff(b, n=2, axis=0)", "diff(b, { n: 2, axis: 0 })", "array([0.])"],
];

export const LINEAR_ALGEBRA = [
  ["matmul", "matmul(a, a.T)", "matmul(a, a.T)", "array([[ 5, 14], [14, 50]], dtype=int32)"],
  ["matmul", "matmul(c, f)", "matmul(c, f)", "array([[ 5.25, 9. ], [12.75, 16.5 ]])"],
  [
    "matrix_transpose",
    "matrix_transpose(c)",
    "matrixTranspose(c)",
    "array([[[ 0., 3.], [ 1., 4.], [ 2., 5.]], [[ 6., 9.], [ 7., 10.], [ 8., 11.]]])",
  ],
  ["vecdot", "vecdot(a, f, axis=-1)", "vecdot(a, f, { axis: -1 })", "array([5.25, 9. ])"],
  ["linalg.diagonal", "linalg.diagonal(a)", "linalg.diagonal(a)", "array([0, 4], dtype=int32)"],
  [
    "linalg.diagonal",
    "linalg.diagonal(c, offset=1)",
    "linalg.diagonal(c, { offset: 1 })",
    "array([[ 1., 5.], [ 7., 11.]])",
  ],
  ["linalg.matmul", "linalg.matmul(a, b)", "linalg.matmul(a, b)", "array([ 80., 260.])"],
  [
    "linalg.matrix_transpose",
    "linalg.matrix_transpose(a)",
    "linalg.matrixTranspose(a)",
    "array([[0, 3], [1, 4], [2, 5]], dtype=int32)",
  ],
  ["linalg.vecdot", "linalg.vecdot(a, a, axis=1)", "linalg.vecdot(a, a, { axis: 1 })", "array([ 5, 50], dtype=int32)"],
];

export const SETS = [
  [
    "isin",
    "isin(a, [1, 5], invert=True)",
    "isin(a, [1, 5], { invert: true })",
    "array([[ True, False, True], [ True, True, False]])",
  ],
  ["unique_values", "unique_values([3.0, 1, 3])", "uniqueValues([3, 1, 3])", "array([1., 3.])"],
  ["unique_values", "sort(unique_values(s))", "uniqueValues(s)", "array([-inf, -0., nan])"],
  [
    "unique_counts",
    "[int32(i) for i in unique_counts(i)]",
    'Object.values(uniqueCounts(i.astype("int32")))',
    "[array([-7, 7], dtype=int32), array([1, 1], dtype=int32)]",
  ],
  [
    "unique_inverse",
    "int32(unique_inverse(a % 2)[1])",
    "uniqueInverse(remainder(a, 2)).inverseIndices",
    "array([[0, 1, 0], [1, 0, 1]], dtype=int32)",
  ],
  [
    "unique_all",
    "[int32(i) for i in unique_all(a % 2)]",
    "Object.values(uniqueAll(remainder(a, 2)))",
    "[array([0, 1], dtype=int32), array([0, 1], dtype=int32), array([[0, 1, 0], [1, 0, 1]], dtype=int32), array([3, 3], dtype=int32)]",
  ],
];
