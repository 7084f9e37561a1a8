"""Pi by the part of the points of a square that are inside a quarter of a circle, with more and more points."""
import numpy as np

count = 1_000_000
rng = np.random.Generator(np.random.Philox(2026))

x = rng.random(count)
y = rng.random(count)
inside = np.hypot(x, y) <= 1

points = 100
while points <= count:
    pi = 4 * inside[:points].mean()
    print(f"{points} points: {pi:.6f}, wrong by {abs(pi - np.pi):.6f}")
    points *= 10
