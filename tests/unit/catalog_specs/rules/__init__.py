"""Unit tests of `catalog_specs.rules`."""
