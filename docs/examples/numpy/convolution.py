"""A picture under a 3 × 3 kernel, as a sum of nine shifted views; then where its edges are strongest."""
import numpy as np

size = 1000
picture = (np.arange(1.0, size * size + 1) * 2654435761 % 2**32 / 2**32).reshape(size, size)
picture[300:700, 400:600] = 5  # a bright rectangle


def convolved(kernel):
    result = np.zeros((size - 2, size - 2))
    for i, row in enumerate(kernel):
        for j, weight in enumerate(row):
            result += weight * picture[i : i + size - 2, j : j + size - 2]
    return result


soft = np.outer([1, 2, 1], [1, 2, 1]) / 16
blurred = convolved(soft)
edges = convolved([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
strength = abs(edges)

print(f"blurred: mean {blurred.mean():.6f}, at 500, 500: {blurred[500, 500]:.4f}")
row, column = np.unravel_index(strength.argmax(), strength.shape)
print(f"strongest edge {strength.max():.4f} at {row}, {column}")
print(f"{np.count_nonzero(strength > 10)} pixels are edges")
