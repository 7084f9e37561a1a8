"""The first principal component of a table: the covariance of its columns, then power iteration."""
import numpy as np

rows, columns = 20_000, 8


def scattered(count):
    """Numbers from 0 to 1 that look random, and are the same in JavaScript."""
    return np.arange(1.0, count + 1) * 2654435761 % 2**32 / 2**32


# Columns that follow a hidden one, each by another weight, with noise.
hidden = scattered(rows).reshape(rows, 1)
noise = scattered(rows * columns).reshape(rows, columns)
table = hidden * np.arange(1, columns + 1) + noise

centred = table - table.mean(axis=0)
covariance = centred.T @ centred / (rows - 1)

# The product of the covariance with the direction, at length 1, turns to the largest eigenvector.
direction = np.ones(columns)
for step in range(20):
    turned = covariance @ direction
    direction = turned / np.linalg.norm(turned)

variance = direction @ covariance @ direction
np.set_printoptions(precision=4, floatmode="fixed", linewidth=100)
print("component", direction)
print(f"variance {variance:.4f}, {100 * variance / covariance.diagonal().sum():.2f} % of all")
