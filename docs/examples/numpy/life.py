"""Conway's game of life on 1000 × 1000 cells: neighbours are counted as a sum of eight shifted views."""
import numpy as np

size, steps = 1000, 100
inner = size - 2  # the cells at the edge stay dead
cells = np.zeros((size, size), np.uint8)
glider = np.array([[0, 1, 0], [0, 0, 1], [1, 1, 1]])
cells[10:13, 10:13] = glider
cells[500, 400:600] = 1
count = np.zeros((inner, inner), np.uint8)

for step in range(steps):
    count.fill(0)
    for i in range(3):
        for j in range(3):
            if i != 1 or j != 1:
                count += cells[i : i + inner, j : j + inner]
    alive = cells[1:-1, 1:-1]
    alive[:] = (count == 3) | ((count == 2) & (alive == 1))

print(f"{cells.sum()} cells are alive after {steps} steps")
for row in cells[34:39, 34:39]:
    print("".join("#" if cell else "." for cell in row))
