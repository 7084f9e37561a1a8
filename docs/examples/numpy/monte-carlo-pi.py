"""Pi by the part of the points of a square that are inside a quarter of a circle, with more and more points."""
import numpy as np

count = 1_000_000


def scattered(factor):
    """Numbers from 0 to 1 that look random, and are the same in JavaScript."""
    return np.arange(1.0, count + 1) * factor % 2**32 / 2**32


x = scattered(2654435761)
y = scattered(2246822519)
inside = np.hypot(x, y) <= 1

points = 100
while points <= count:
    pi = 4 * inside[:points].mean()
    print(f"{points} points: {pi:.6f}, wrong by {abs(pi - np.pi):.6f}")
    points *= 10
