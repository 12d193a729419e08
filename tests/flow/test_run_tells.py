"""What a run tells while it is under way, and of what it meets for the first time."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.progress import progress
from cli.run_summary import show
from flow.results import document
from flow.run import run
from tests.city.regions import REF, drop, made


def test_a_column_seen_for_the_first_time_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A header nobody declared stands on the screen of the run that met it, not of the next."""
    city = made(tmp_path)
    drop(city, range(3), "1.csv", ",备注")
    first = run(city, resources={REF})
    drop(city, range(4), "2.csv", ",备注")
    second = run(city, resources={REF})

    (told,) = document([first])["undeclared"]
    assert (told["resource"], told["header"], told["cells"]) == (REF, "备注", 3)
    assert (len(second.outcomes), second.undeclared) == (1, ())
    show(city, first)
    out = capsys.readouterr().out
    assert f"newly undeclared  {REF} {told['delivery']}: 备注" in out
    assert f"{REF}  {told['delivery']}  1.csv" in out


def test_progress_is_told_within_a_resource(tmp_path: Path) -> None:
    """Each delivery of a resource that has several is named before it is judged."""
    city = made(tmp_path)
    drop(city, range(3), "1.csv")
    drop(city, range(4), "2.csv", ",备注")
    heard: list[tuple[str, str, int, int]] = []

    run(city, resources={REF}, listener=lambda *said: heard.append(said))

    gate = [what for stop, what, _, _ in heard if stop == "gate"]
    assert any(what.endswith("接收 / landing") for what in gate)
    assert sum(".csv" in what for what in gate) >= 1
    assert heard[0][2:] == (0, 1)


def test_progress_is_plain_lines_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A log file gets a line when a stop begins and when it ends, without control characters."""
    with progress() as listener:
        for done in range(1000):
            listener("gate", f"[red]资源{done}", done, 1000)
        listener("gate", "", 1000, 1000)

    lines = capsys.readouterr().err.splitlines()
    assert lines[0].endswith("0/1,000 [red]资源0")
    assert lines[-1].endswith("1,000/1,000")
    assert len(lines) <= 5
    assert "\x1b" not in "".join(lines)
