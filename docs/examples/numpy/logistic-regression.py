"""Logistic regression by gradient descent: which side of a plane is a point on?"""
import numpy as np

rows, columns, steps, speed = 20_000, 64, 50, 2

hashed = np.arange(1.0, rows * columns + 1) * 2654435761 % 2**32
features = (hashed / 2**32 - 0.5).reshape(rows, columns)
truth = np.arange(columns) * 7 % 5 - 2.0
labels = (features @ truth > 0).astype(float)


def probabilities():
    return 1 / (1 + np.exp(-(features @ weights)))


weights = np.zeros(columns)
for step in range(steps):
    gradient = features.T @ (probabilities() - labels) / rows
    weights -= speed * gradient

right = ((probabilities() > 0.5) == labels).mean()
np.set_printoptions(precision=4, floatmode="fixed")
print("first weights", weights[:5])
print(f"{100 * right:.2f} % are right")
