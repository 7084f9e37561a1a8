"""A histogram of a million numbers, printed as a picture."""
import numpy as np

count, bins = 1_000_000, 12


def scattered(factor):
    """Numbers from 0 to 1 that look random, and are the same in JavaScript."""
    return np.arange(1.0, count + 1) * factor % 2**32 / 2**32


numbers = scattered(2654435761) + scattered(2246822519) + scattered(3266489917)
edges = np.linspace(0, 3, bins + 1)

# How many numbers are below each edge; the last edge belongs to the last bin.
below = np.searchsorted(np.sort(numbers), edges)
below[-1] = count
counts = np.diff(below)

largest = counts.max()
for bin in range(bins):
    bar = "#" * int(40 * counts[bin] / largest)
    print(f"{edges[bin]:.2f} {counts[bin]:7d} {bar}")
print(f"{counts.sum()} numbers, most of them in bin {counts.argmax()}")
