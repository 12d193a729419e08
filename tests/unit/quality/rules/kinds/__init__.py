"""Unit tests of `quality.rules.kinds`."""
