"""`quanshu doctor`: findings in both languages, the room that a home takes, and exit codes."""

from __future__ import annotations

from tests.unit.cli.homes import Home


def test_a_sound_home_is_said_to_be_so(home: Home) -> None:
    """With the room that it takes, in words and for machines."""
    home.said("run")
    home.said("doctor", "--fix")

    told, document = home.said("doctor"), home.said("doctor", "--json").document

    assert [one["code"] for one in document["findings"]] == []
    assert told.code == 0
    assert told.out.splitlines()[0] == "一切正常。/ everything is as it should be."
    assert "磁盘 / disk   可用 " in told.out
    assert "`quanshu upkeep` 可释放 / would give back" in told.out
    assert document["figures"]["home"] > 0


def test_a_finding_says_what_where_and_what_to_do(home: Home) -> None:
    """First in Chinese, then in English, and no line but a path is longer than a terminal."""
    home.said("doctor", "--fix")
    home.layout.share_files.mkdir(mode=0o700, exist_ok=True)
    (home.layout.share_files / "nobody.duckdb").touch(0o600)

    told = home.said("doctor")

    assert told.code == 1
    lines = told.out.splitlines()
    at = lines.index("DOC-306  shares/nobody.duckdb")
    assert lines[at + 1 : at + 5] == [
        "    存有没有授权的共享数据",
        "    shared data lie here that no grant has",
        "    → 核对来历后移走：本系统收回授权时会自行删除",
        "    → find out where they are from, then move them away: what ends is removed by itself",
    ]
