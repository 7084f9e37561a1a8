"""The mean, the maximum and the spread of each window of 16 numbers, which are views: nothing is copied."""
import numpy as np

count, width = 1_000_000, 16

noise = np.arange(1.0, count + 1) * 2654435761 % 2**32 / 2**32
signal = 10 * np.cos(np.arange(count) * 1e-5) + noise

windows = np.lib.stride_tricks.sliding_window_view(signal, width)  # (count - width + 1, width)
smooth = windows.mean(axis=-1)
highest = windows.max(axis=-1)
spread = highest - windows.min(axis=-1)

print("windows", " × ".join(map(str, windows.shape)))
for start in range(0, count, 250_000):
    print(f"from {start}: mean {smooth[start]:.4f}, maximum {highest[start]:.4f}")
print(f"widest window: from {spread.argmax()}, {spread.max():.6f}")
