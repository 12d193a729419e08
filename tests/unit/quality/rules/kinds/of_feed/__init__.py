"""Unit tests of `quality.rules.kinds.of_feed`."""
