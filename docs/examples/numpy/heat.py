"""The heat equation on a plate of 1000 × 1000 float32 points with one hot edge; each step writes into the same plate."""
import numpy as np

size, steps, flow = 1000, 100, 0.2
plate = np.zeros((size, size), np.float32)
plate[0] = 100

inner = plate[1:-1, 1:-1]  # views show the plate as it is
above, below = plate[:-2, 1:-1], plate[2:, 1:-1]
left, right = plate[1:-1, :-2], plate[1:-1, 2:]

for step in range(steps):
    around = (above + below) + (left + right)
    inner += flow * (around - 4 * inner)

np.set_printoptions(precision=3, floatmode="fixed")
print("down the middle", plate[0:24:4, 500])
print(f"all heat {plate.sum(dtype=np.float64):.0f}")
