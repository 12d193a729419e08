"""A place on an object store, for every test of this folder that asks for one."""

from tests.harness.fixtures import store

__all__ = ["store"]
