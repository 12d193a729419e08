"""Origins of sensors and schedules, as Dagster keeps them beside their ticks."""

from __future__ import annotations

from dagster._core.remote_origin import (
    InProcessCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

__all__ = ["origin"]


def origin(name: str) -> RemoteInstigatorOrigin:
    """Return where a sensor or schedule of this name is declared."""
    target = LoadableTargetOrigin(executable_path="python", module_name="pipelines.definitions")
    location = InProcessCodeLocationOrigin(target, location_name="quanshu")
    repository = RemoteRepositoryOrigin(location, "__repository__")
    return RemoteInstigatorOrigin(repository, name)
