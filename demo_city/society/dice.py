"""Named randomness: every part of the city draws from its own stream of one seed.

Belongs here: streams and weighted draws. Keep out: what is drawn.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Dice"]

Whole = NDArray[np.int64]


class Dice:
    """A numpy generator for (seed, name), so that one builder's draws never shift another's."""

    def __init__(self, seed: int, name: str) -> None:
        # Not `hash(name)`: Python salts it anew in every process.
        self.generator = np.random.default_rng([seed, zlib.crc32(name.encode())])

    def whole(self, low: int, high: int, size: int) -> Whole:
        """Draw whole numbers from `low` to `high`, both inclusive."""
        return self.generator.integers(low, high, size=size, endpoint=True)

    def chance(self, share: float, size: int) -> NDArray[np.bool_]:
        """Draw booleans that are true with probability `share`."""
        return self.generator.random(size) < share

    def index(self, weights: Sequence[float], size: int) -> Whole:
        """Draw positions 0 … len(weights) - 1, each as often as its weight says."""
        share = np.asarray(weights, dtype=np.float64)
        steps = np.cumsum(share / share.sum())
        drawn = np.searchsorted(steps, self.generator.random(size), side="right")
        # Rounding may leave the last step just below 1, and a draw beyond it.
        return np.minimum(drawn, len(weights) - 1).astype(np.int64)

    def pick(self, values: Sequence[str], size: int) -> NDArray[np.str_]:
        """Draw texts, each as often as any other."""
        return np.asarray(values)[self.whole(0, len(values) - 1, size)]

    def weighted(self, weights: Mapping[str, float], size: int) -> NDArray[np.str_]:
        """Draw texts, each as often as its weight says."""
        return np.asarray(list(weights))[self.index(list(weights.values()), size)]

    def some(self, total: int, size: int) -> Whole:
        """Draw `size` different positions below `total`, in rising order."""
        return np.sort(self.generator.permutation(total)[:size])

    def skewed(self, low: float, high: float, size: int) -> NDArray[np.float64]:
        """Draw numbers from `low` to `high`, evenly by their logarithms: many small, few large."""
        drawn = self.generator.uniform(np.log(low), np.log(high), size)
        result: NDArray[np.float64] = np.exp(drawn)
        return result
