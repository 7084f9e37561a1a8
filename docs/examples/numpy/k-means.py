"""k-means: 100,000 points of 8 coordinates in 16 groups, whose centres move to the mean of their points."""
import numpy as np

points, groups, rounds = 100_000, 16, 3


def scattered(count):
    """Numbers from 0 to 1 that look random, and are the same in JavaScript."""
    return np.arange(1.0, count + 1) * 2654435761 % 2**32 / 2**32


data = scattered(points * 8).reshape(points, 8)
centres = data[:groups].copy()


def nearest():
    """The number of the centre that is nearest to each point."""
    apart = data[:, None] - centres[None]  # (points, groups, 8)
    return (apart**2).sum(axis=-1).argmin(axis=1)


for turn in range(rounds):
    group = nearest()
    for k in range(groups):
        centres[k] = data[group == k].mean(axis=0)

group = nearest()
np.set_printoptions(precision=3, floatmode="fixed")
print("first centre", centres[0])
for k in range(0, groups, 5):
    print(f"group {k} has {np.count_nonzero(group == k)} points")
