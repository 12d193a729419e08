"""The command's entry: exit codes 0 fine, 1 problems, 2 usage, 3 failure, and what is said then."""

from __future__ import annotations

import errno
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Timer

import duckdb
import pytest

from cli.commands import catalog as catalog_commands
from cli.main import interrupt_queries
from storage.engines.connection import interrupted
from storage.engines.instances import on_instance
from tests.city import PERSON
from tests.city.records import person_id
from tests.contract.command import KEY, quanshu
from tests.unit.cli.homes import Home

CANARY = "鸑鷟0001"


@pytest.mark.parametrize(
    "words",
    [
        ("where", "出生日期"),
        ("where", "person_birth_date", "--json"),
        ("explain", "school_admission"),
        ("explain", "rental_residence", "--json"),
    ],
)
def test_an_answer_ends_with_0(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Whatever can be answered ends with 0, also about a grant that no longer holds."""
    said = quanshu(tmp_path, *words)

    assert (said.code, said.err) == (0, "")
    assert said.out


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--nonsense"),
        ("nonsense",),
        ("where",),
        ("where", "没有的数据元"),
        ("explain", "no_such_grant"),
        ("run", "--department", "nobody"),
        ("run", "--department", "civil_affairs", "--resource", "nothing"),
        ("demo", "--people", "many"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2(shared: Home, words: tuple[str, ...]) -> None:
    """An unknown option, command, element, grant or resource is said on standard error only."""
    environment = {"QUANSHU_HOME": "home", "QUANSHU_CATALOG": "catalogue"}
    said = quanshu(shared.folder, *words, **KEY, **environment)

    assert (said.code, said.out) == (2, "")
    assert said.err
    assert "Traceback" not in said.err


def test_home_that_is_no_folder_ends_with_3(tmp_path: Path) -> None:
    """A home that cannot be read is a failure of the system, told with its remedy."""
    (tmp_path / "home").write_text("a file", encoding="utf-8")

    said = quanshu(tmp_path, "run", "--home", "home", "--json", **KEY)

    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("SET-001 ")
    assert "--home" in said.err


def test_a_second_key_is_refused_with_3(tmp_path: Path) -> None:
    """`key create` makes a key once and never replaces it."""
    assert quanshu(tmp_path, "key", "create", "--home", "home").code == 0
    key = (tmp_path / "home/keys/master.key").read_bytes()

    assert quanshu(tmp_path, "key", "create", "--home", "home").code == 3
    assert (tmp_path / "home/keys/master.key").read_bytes() == key


def test_every_problem_of_a_catalogue_is_told_with_1(home: Home) -> None:
    """Whatever was asked: each problem on a line of its own, then how many there are."""
    for name in ("a.yaml", "b.yaml"):
        (home.folder / "catalogue" / name).write_text("a: 1\n", encoding="utf-8")

    said = home.said("list", "grants")

    assert (said.code, said.out) == (1, "")
    *problems, last = said.err.splitlines()
    assert ["a.yaml" in problems[0], "b.yaml" in problems[1]] == [True, True]
    assert "2 problem(s)" in last


def _damage(folder: Path) -> None:
    for file in folder.rglob("*.parquet"):
        file.chmod(0o600)
        file.write_bytes(b"PAR1" + CANARY.encode() + b"PAR1")


def test_output_may_be_ascii(shared: Home) -> None:
    """A terminal that cannot show Chinese gets escapes, not a failure; JSON stays JSON."""
    said = shared.said("list", "departments", PYTHONIOENCODING="ascii")
    told = shared.said("list", "departments", "--json", PYTHONIOENCODING="ascii")

    assert (said.code, said.out.isascii(), "\\u6c11" in said.out) == (0, True, True)
    assert (told.code, told.out.isascii()) == (0, True)
    assert [one["name"] for one in told.document] == ["民政局", "数字办"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("authoritative/{ref}", ("lineage", "person", person_id(1))),
        ("landing/{ref}/{delivery}", ("lineage", "person", person_id(1), "--record")),
        ("quarantine/{ref}", ("lineage", "person", person_id(2))),
        ("quarantine/{ref}", ("quarantine", "list")),
        ("quarantine/{ref}", ("quarantine", "show", "person", "{delivery}")),
        ("quarantine/{ref}", ("quarantine", "export", "person", "--to", "repair.csv")),
        ("quarantine/{ref}", ("quarantine", "replay", "person")),
        ("ledgers/deliveries", ("list", "resources")),
        ("ledgers/verdicts", ("approve", "--list")),
    ],
)
def test_a_damaged_file_is_told_by_its_place(
    home: Home, place: str, words: tuple[str, ...]
) -> None:
    """Every command says what a run says: the code, the place and the remedy, and no value."""
    damaged = place.format(ref=PERSON, delivery=home.delivery)
    for file in (home.layout.home / "lake" / damaged).rglob("*.parquet"):
        file.chmod(0o600)
        file.write_bytes(b"PAR1" + CANARY.encode() + b"PAR1")

    said = home.said(*(word.format(delivery=home.delivery) for word in words))

    assert said.code == 3
    assert f"HOME-001 a data file is damaged · lake/{damaged} · " in said.err
    assert "backup" in said.err
    assert "RUN-001" not in said.err
    assert CANARY not in said.err + said.out
    assert not (home.folder / "repair.csv").exists()


class PanicException(BaseException):
    """A crash in Rust code, which is no `Exception`."""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError(CANARY), "RUN-001 unforeseen KeyError"),
        (PanicException(CANARY), "RUN-001 unforeseen PanicException"),
        (OSError(errno.ENOSPC, CANARY), "DISK-001"),
    ],
)
def test_what_nobody_foresaw_is_told_without_its_words(
    home: Home, monkeypatch: pytest.MonkeyPatch, error: BaseException, told: str
) -> None:
    """Class and places alone, because a library's words may quote a value; a full disk as such."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(catalog_commands, "print_json", fail)

    said = home.said("where", "person_name", "--json")

    assert (said.code, said.out) == (3, "")
    assert told in said.err
    assert CANARY not in said.err


def test_ctrl_c_ends_the_queries_of_all_threads(tmp_path: Path) -> None:
    """Else the process would wait for what nobody reads, as long as that takes."""
    endless = "SELECT max(hash(a.range + b.range)) FROM range(10_000_000) a, range(10_000_000) b"
    begun, before = Event(), signal.getsignal(signal.SIGINT)
    with (
        on_instance(tmp_path / "1", tmp_path / "spill") as one,
        on_instance(tmp_path / "2", tmp_path / "spill") as two,
        ThreadPoolExecutor(1) as pool,
    ):

        def ask() -> None:
            begun.set()
            two.execute(endless)

        interrupt_queries()
        try:
            other = pool.submit(ask)
            begun.wait()
            Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
            with pytest.raises(RuntimeError) as raised:
                one.execute(endless)
        finally:
            signal.signal(signal.SIGINT, before)
        assert interrupted(raised.value)
        assert isinstance(other.exception(), duckdb.InterruptException)


def test_a_process_that_ignores_ctrl_c_goes_on_ignoring_it() -> None:
    """Whoever began it with nohup, or in the background of a script, wanted that."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        interrupt_queries()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
