"""The Mandelbrot set on a grid of 400 × 600 points, all at once, with pairs of real numbers."""
import numpy as np

height, width, limit = 400, 600, 100
re = np.linspace(-2, 1, width)
im = np.linspace(-1, 1, height).reshape(height, 1)
x = np.zeros((height, width))
y = np.zeros((height, width))
steps = np.zeros((height, width), np.int32)

for step in range(limit):
    xx, yy = x**2, y**2
    inside = xx + yy <= 4
    steps += inside
    following = 2 * (x * y) + im
    x = np.where(inside, xx - yy + re, x)
    y = np.where(inside, following, y)

for row in range(0, height, 25):
    line = steps[row, ::12]
    print("".join("#" if count == limit else "+" if count > 8 else "." for count in line))
print(f"{steps.sum()} steps")
