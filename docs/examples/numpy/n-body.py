"""Gravity of 500 bodies on each other, by steps of leapfrog."""
import numpy as np

bodies, steps, dt, softening = 500, 20, 1e-3, 1e-3


def scattered(count):
    """Numbers from 0 to 1 that look random, and are the same in JavaScript."""
    return np.arange(1.0, count + 1) * 2654435761 % 2**32 / 2**32


place = scattered(bodies * 3).reshape(bodies, 3)
speed = np.zeros((bodies, 3))
mass = scattered(bodies) / bodies


def acceleration():
    """What all others do to each body: (bodies, 3)."""
    apart = place[None] - place[:, None]  # (bodies, bodies, 3)
    pull = mass * ((apart**2).sum(axis=-1) + softening) ** -1.5
    return (apart * pull[..., None]).sum(axis=1)


def kinetic():
    return 0.5 * (mass * (speed**2).sum(axis=1)).sum()


for step in range(steps):
    speed += dt / 2 * acceleration()
    place += dt * speed
    speed += dt / 2 * acceleration()

print(f"kinetic energy {kinetic():.10f}")
np.set_printoptions(precision=6, floatmode="fixed")
print("centre", place.mean(axis=0))
print(f"fastest {np.sqrt((speed**2).sum(axis=1)).max():.8f}")
