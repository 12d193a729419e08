"""`quanshu trace` over a home of which nothing was handed out."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.homes import Home


def test_a_file_of_nobody_is_nobodys(shared: Home, tmp_path: Path) -> None:
    """No copy is named, and the code says so; a file that is not there is a usage error."""
    (tmp_path / "found.csv").write_text("id\n" + "\n".join(map(str, range(99))), encoding="utf-8")
    told = shared.said("trace", str(tmp_path / "found.csv"))
    assert (told.code, "no copy can be named" in told.out) == (1, True)
    assert shared.said("trace", str(tmp_path / "found.csv"), "--json").document == []
    assert shared.said("trace", str(tmp_path / "gone.csv")).code == 2
