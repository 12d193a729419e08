"""Quarantined records come back: repaired or judged anew, once, with their origin."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import polars as pl
import pytest

from catalog_specs.errors import RepairError
from flow.replays import Replay, replay
from flow.stops import judge_waiting, land_waiting
from quality.quarantine.repair import choose_for_repair, write_for_repair
from quality.quarantine.states import Chosen, State
from register.approvals import HELD, Held
from register.outcomes import OUTCOMES
from storage.engines.workbench import open_workbench
from tests.city import NOW, PERMIT, PERSON, REGION, VISIT
from tests.city.declared import change
from tests.city.homes import Town
from tests.city.lake import contents, versions
from tests.city.records import VISITS, csv_text, people, person_id
from tests.city.registers import deliveries
from tests.harness.placing import remove

BAD_SEX = ("人2", 9, "1990-01-01", 350500, "1.00")


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every replay go over the borders of stretches that hold a record or two."""
    monkeypatch.setattr("register.bundles.STRETCH_BYTES", 200)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with divisions, nothing else yet."""
    return Town(tmp_path)


def exported(town: Town, ref: str, name: str = "repair.csv") -> Path:
    """Write the open records of a resource for repair."""
    path = town.folder / name
    with open_workbench(town.layout.work) as con:
        resource = town.city.catalog.resource(ref)
        assert choose_for_repair(con, town.layout, resource, Chosen())
        write_for_repair(con, town.layout, town.city.catalog, resource, path)
    return path


def edited(path: Path, old: str, new: str) -> Path:
    """Replace a text in a file, which must hold it."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")
    return path


def conserved(town: Town) -> bool:
    """Say whether every delivery's records were accepted or quarantined."""
    found = [one.outcome for one in OUTCOMES.read(town.layout)]
    return all(one.delivered == one.accepted + one.quarantined for one in found)


def counted(done: Replay) -> tuple[int, int, int, int]:
    """Return delivered, accepted, quarantined and changed."""
    (one,) = done.outcomes
    return one.delivered, one.accepted, one.quarantined, one.inserted + one.updated + one.deleted


def test_a_repaired_record_is_accepted_with_its_origin(town: Town) -> None:
    """An edited export adds the record, deletes nobody, and the old record counts as settled."""
    first = town.take(PERSON, "p.csv", people(range(4), p2=BAD_SEX))
    path = edited(exported(town, PERSON), "'9", "1")

    done = replay(town.city, PERSON, path)

    assert counted(done) == (1, 1, 0, 1)
    assert len(town.rows(PERSON, "resident_id")) == 4
    assert town.states(PERSON) == ["settled"]
    made = deliveries(town.layout, PERSON)[-1]
    assert (made.origin, made.sequence, made.rows) == ("replay", 2, 1)
    rows = town.layout.delivery(PERSON, made.delivery) / "rows.parquet"
    origin = pl.read_parquet(rows).select("_origin_delivery", "_origin_row").row(0)
    assert origin == (first.delivery, "3")
    assert conserved(town)


def test_replaying_the_same_file_twice_changes_nothing(town: Town) -> None:
    """A second replay of one file lands nothing and leaves every table at its version."""
    town.take(PERSON, "p.csv", people(range(4), p2=BAD_SEX))
    path = edited(exported(town, PERSON), "'9", "1")
    replay(town.city, PERSON, path)
    before = versions(town.home)

    again = replay(town.city, PERSON, path)

    assert (again.landed.deliveries, again.landed.settled, again.outcomes) == ((), 1, ())
    assert versions(town.home) == before
    assert len(deliveries(town.layout, PERSON)) == 2


def test_what_fails_again_is_quarantined_under_the_replay(town: Town) -> None:
    """The failing replay takes the record's place; the first export still repairs it."""
    first = town.take(PERSON, "p.csv", people(range(4), p2=BAD_SEX))
    original = exported(town, PERSON)
    wrong = edited(shutil.copy(original, town.folder / "wrong.csv"), "'9", "8")

    assert counted(replay(town.city, PERSON, Path(wrong))) == (1, 0, 1, 0)
    old, new = town.kept(PERSON)
    assert (old.state.value, new.state.value) == ("replayed", "open")
    assert (new.origin_delivery, new.origin_row) == (first.delivery, 3)

    assert counted(replay(town.city, PERSON, edited(original, "'9", "1"))) == (1, 1, 0, 1)
    assert town.states(PERSON) == ["replayed", "settled"]
    assert conserved(town)


def test_a_changed_catalogue_lets_quarantined_records_in(town: Town) -> None:
    """Records are judged again as they were delivered, and only the changed rule lets them in."""
    worse = ("人3", 9, "2990-01-01", 350500, "1.00")
    town.take(PERSON, "p.csv", people(range(5), p2=BAD_SEX, p3=worse))
    town.declare(
        **{"code_lists/sex.yaml": change(values={"1": "男性", "2": "女性", "9": "未说明"})}
    )

    assert counted(replay(town.city, PERSON)) == (2, 1, 1, 1)

    assert [(one.state.value, one.rules) for one in town.kept(PERSON)] == [
        ("settled", ("sex:code_list",)),
        ("replayed", ("birth_date:date_window", "sex:code_list")),
        ("open", ("birth_date:date_window",)),
    ]
    assert conserved(town)


def test_a_rejected_delivery_is_replayed_as_a_whole(town: Town) -> None:
    """A file without a declared column passes once the catalogue no longer asks for it there."""
    text = people(range(3)).replace("登记收入", "年收入")
    refused = town.take(PERSON, "p.csv", text)
    assert (refused.verdict.value, refused.reasons) == ("rejected", ("GATE-102",))
    still = replay(town.city, PERSON, delivery=refused.delivery)
    assert still.landed.deliveries == ()
    assert still.landed.refused[refused.delivery].startswith("GATE-102")

    columns = {"公民身份号码": "resident_id", "姓名": "name", "性别": "sex"}
    columns |= {"出生日期": "birth_date", "户籍区划": "residence", "年收入": "income"}
    town.declare(
        **{"resources/civil_affairs/person.yaml": change(feed__columns=columns)},
    )

    done = replay(town.city, PERSON, delivery=refused.delivery)

    assert counted(done) == (3, 3, 0, 3)
    assert town.states(PERSON) == ["settled"] * 3
    assert town.rows(PERSON, "income")[0][0] == 1


def test_an_unreadable_delivery_is_read_again(town: Town) -> None:
    """A file that was read as nonsense comes in once its encoding is declared, and only once."""
    path = town.layout.inbox(VISIT) / "v.csv"
    path.parent.mkdir(parents=True)
    row = ("V1", "2026-02-01", 9, 1, 1, person_id(1), "甲")
    path.write_bytes(csv_text(VISITS, row).encode("utf-16-le"))
    town.take(PERSON, "p.csv", people(range(3)))
    town.take(VISIT, "w.csv", csv_text(VISITS, ("V2", *row[1:])))
    town.declare(**{"resources/data_office/visit.yaml": change(feed__encoding="utf-16-le")})
    assert "open" in town.states(VISIT)

    done = replay(town.city, VISIT)

    assert counted(done) == (1, 1, 0, 1)
    assert len(town.rows(VISIT, "visit_no")) == 2
    assert set(town.states(VISIT)) == {"settled"}
    assert replay(town.city, VISIT).landed.deliveries == ()
    rows = town.layout.delivery(VISIT, done.outcomes[0].delivery) / "rows.parquet"
    assert pl.read_parquet(rows)["_origin_line"].to_list() == ["2"]


def test_records_that_could_not_be_split_are_split_by_the_new_declaration(town: Town) -> None:
    """A quote that the catalogue now takes literally parts what had been one broken record."""
    rows = people(range(6)).replace("人2", '"人2')
    town.take(PERSON, "p.csv", rows)
    assert len(town.rows(PERSON, "resident_id")) < 6
    assert replay(town.city, PERSON).landed.unsplit == 1

    town.declare(**{"resources/civil_affairs/person.yaml": change(feed__quote=None)})
    done = replay(town.city, PERSON)

    assert counted(done) == (1, 1, 0, 1)
    assert len(town.rows(PERSON, "resident_id")) == 6
    assert town.rows(PERSON, "name")[0] == ('"人2',)
    assert "open" not in town.states(PERSON)


def test_an_old_record_does_not_overwrite_a_newer_delivery(town: Town) -> None:
    """A repaired record whose key was delivered anew since is quarantined as superseded."""
    town.take(PERSON, "p.csv", people(range(4), p2=BAD_SEX))
    path = edited(exported(town, PERSON), "'9", "1")
    town.take(PERSON, "q.csv", people(range(4), p2=("新名", 1, "1990-01-01", 350500, "2.00")))

    assert counted(replay(town.city, PERSON, path)) == (1, 0, 1, 0)

    assert ("新名",) in town.rows(PERSON, "name")
    assert [one.rules for one in town.kept(PERSON)] == [("sex:code_list",), ("replay:superseded",)]
    assert town.states(PERSON) == ["replayed", "superseded"]
    assert replay(town.city, PERSON).landed.deliveries == ()
    assert conserved(town)


def test_a_newer_snapshot_stands_for_what_an_older_one_had_quarantined(town: Town) -> None:
    """Only its own records are open then; one that is rejected whole stands for nothing."""
    worse = ("人3", 9, "1990-01-01", 350500, "1.00")
    town.take(PERSON, "p.csv", people(range(5), p2=BAD_SEX, p3=worse))
    town.take(PERSON, "broken.csv", "姓名\n甲\n")
    assert town.states(PERSON) == ["open"] * 3
    town.take(PERSON, "q.csv", people(range(5), p3=worse))

    assert town.states(PERSON) == ["superseded"] * 3 + ["open"]
    assert [one.raw for one in town.kept(PERSON, state=State.OPEN)] == [town.kept(PERSON)[1].raw]
    assert exported(town, PERSON).read_text(encoding="utf-8-sig").count("\n") == 2
    assert counted(replay(town.city, PERSON)) == (1, 0, 1, 0)
    assert town.states(PERSON) == ["superseded"] * 3 + ["replayed", "open"]


def test_an_upsert_stands_for_its_own_records_only(town: Town) -> None:
    """A later upsert says nothing of what it does not hold: older records stay open."""
    row = ("V1", "2026-02-01", 9, 8, 1, person_id(1), "人1")
    town.take(PERSON, "p.csv", people(range(3)))
    town.take(VISIT, "a.csv", csv_text(VISITS, row))
    town.take(VISIT, "b.csv", csv_text(VISITS, ("V2", *row[1:3], 1, *row[4:])))
    assert len(town.rows(VISIT, "visit_no")) == 1
    assert town.states(VISIT) == ["open"]


def test_a_later_delivery_counts_even_if_it_changed_nothing(town: Town) -> None:
    """A value that a later delivery confirmed is newer, though its row kept its lineage."""
    row = ("V1", "2026-02-01", 9, 1, 1, person_id(1), "人1")
    town.take(PERSON, "p.csv", people(range(3)))
    town.take(VISIT, "a.csv", csv_text(VISITS, row))
    town.take(VISIT, "b.csv", csv_text(VISITS, (*row[:3], 8, *row[4:])))
    town.take(VISIT, "c.csv", csv_text(VISITS, row, ("V2", *row[1:])))
    before = town.rows(VISIT, "visit_no", "outcome", "_delivery")
    assert before[0][2].startswith("000001")

    done = replay(town.city, VISIT, edited(exported(town, VISIT), "'8", "2"))

    assert counted(done) == (1, 0, 1, 0)
    assert town.rows(VISIT, "visit_no", "outcome", "_delivery") == before


def test_a_key_that_a_later_snapshot_left_out_does_not_return(town: Town) -> None:
    """Who is no longer in the newest snapshot is not brought back; who was quarantined there is."""
    worse = ("人3", 9, "1990-01-01", 350500, "1.00")
    town.take(PERSON, "p.csv", people(range(5), p2=BAD_SEX, p3=worse))
    path = edited(exported(town, PERSON), "'9", "1")
    town.take(PERSON, "q.csv", people([0, 1, 3, 4], p3=worse))

    assert counted(replay(town.city, PERSON, path)) == (2, 1, 1, 1)

    assert (person_id(2),) not in town.rows(PERSON, "resident_id")
    assert (person_id(3),) in town.rows(PERSON, "resident_id")


def test_a_change_keeps_its_operation_and_sequence(town: Town) -> None:
    """A repaired change is applied as what it is; a higher sequence accepted before it wins."""
    header = "操作,序号,区划代码,许可编号,许可名称"
    rows = [("I", n, 350501, f"P{n}", name) for n, name in enumerate("甲乙丙", start=1)]
    late = [("U", 4, 350501, "P2", "名称太长了"), ("U", 5, 350501, "P3", "名称太长了")]
    late.append(("U", 6, 350501, "P3", "戊"))
    town.take(PERMIT, "a.csv", csv_text(header, *rows))
    town.take(PERMIT, "b.csv", csv_text(header, *late, ("X", 7, 350501, "P1", "甲")))
    path = edited(exported(town, PERMIT), "名称太长了", "丁")
    edited(path, "X,", "D,")

    assert counted(replay(town.city, PERMIT, path)) == (3, 2, 1, 2)

    assert town.rows(PERMIT, "permit_no", "permit_name") == [("P2", "丁"), ("P3", "戊")]


def test_a_lake_rebuilt_from_landing_is_the_same(town: Town) -> None:
    """Replays are deliveries: removed tables, and removed verdicts too, come out as before."""
    town.take(PERSON, "p.csv", people(range(6), p2=BAD_SEX, p3=BAD_SEX))
    path = edited(exported(town, PERSON), "'9", "1")
    town.take(PERSON, "q.csv", people([0, 1, 3, 4, 5], p3=BAD_SEX))
    replay(town.city, PERSON, path)
    town.take(PERSON, "r.csv", people([0, 3, 4], p3=BAD_SEX))
    before = contents(town.home, "authoritative"), contents(town.home, "quarantine")

    for below in (["authoritative"], ["authoritative", "quarantine", "ledgers"]):
        for name in below:
            remove(town.layout.tables / name)
        town.take(
            "civil_affairs/region", "again.csv", "区划代码,区划名称\n350500,一区\n350501,二区\n"
        )
        town.take(PERSON, "q.csv", people([0, 1, 3, 4, 5], p3=BAD_SEX))
        after = contents(town.home, "authoritative"), contents(town.home, "quarantine")
        assert all(before[n][t].equals(after[n][t]) for n in (0, 1) for t in (PERSON,))


def test_a_replay_killed_after_landing_is_taken_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was landed and not judged is not replayed a second time, but judged by the next one."""
    town.take(PERSON, "p.csv", people(range(4), p2=BAD_SEX))
    path = edited(exported(town, PERSON), "'9", "1")
    seen: list[str] = []

    def killed(*_: object) -> None:
        seen.append("judging")
        if len(seen) > 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("flow.replays.judge_waiting", killed)
        with pytest.raises(KeyboardInterrupt):
            replay(town.city, PERSON, path)
    assert town.states(PERSON) == ["waiting"]

    again = replay(town.city, PERSON, path)

    assert (again.landed.deliveries, again.landed.settled) == ((), 1)
    assert town.states(PERSON) == ["settled"]
    assert len(deliveries(town.layout, PERSON)) == 2


NASTY = [
    "=1+1",
    "+86",
    "-5",
    "@x",
    "'quoted",
    "00012",
    "2024-01-02",
    "true",
    '多\n行,"引号"',
    " 空 ",
]


def test_a_repair_workbook_comes_back_letter_for_letter(town: Town) -> None:
    """Formulas are no formulas in the file, and what was not edited is what was delivered."""
    frame = pl.DataFrame(
        {
            name: [*NASTY] if name == "姓名" else ["8"] * len(NASTY)
            for name in ("公民身份号码", "姓名", "性别", "出生日期", "户籍区划", "登记收入")
        }
    )
    town.take(PERSON, "p.csv", frame.write_csv())
    before = [one.raw for one in town.kept(PERSON)]
    path = exported(town, PERSON, "repair.xlsx")

    replay(town.city, PERSON, path)

    assert [one.raw for one in town.kept(PERSON, state=State.OPEN)] == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_edited_file_that_names_unknown_records_is_refused(town: Town) -> None:
    """Nothing is taken of a file whose `_delivery` or `_row` is not in quarantine."""
    town.take(PERSON, "p.csv", people(range(4), p2=BAD_SEX))
    path = edited(exported(town, PERSON), ",'3,", ",'4,")

    with pytest.raises(RepairError, match="line"):
        replay(town.city, PERSON, path)

    assert len(deliveries(town.layout, PERSON)) == 1


def test_records_that_could_not_be_split_are_repaired_in_the_file(town: Town) -> None:
    """A broken record goes out as its raw text and comes back as fields; untouched, it stays."""
    good = people([2]).splitlines()[1]
    town.take(PERSON, "p.csv", people([0, 1]) + good.replace(",", ";") + "\n")
    path = exported(town, PERSON)
    assert replay(town.city, PERSON, path).landed.unsplit == 1

    frame = pl.read_csv(path, infer_schema=False)
    cells = dict(zip(people([]).strip().split(","), good.split(","), strict=True))
    frame.with_columns(**{name: pl.lit(value) for name, value in cells.items()}).write_csv(path)

    assert counted(replay(town.city, PERSON, path)) == (1, 1, 0, 1)
    assert (person_id(2),) in town.rows(PERSON, "resident_id")


def test_cells_with_types_are_understood_as_before(town: Town) -> None:
    """A workbook's date, which is no text in the declared form, is still a date when replayed."""
    town.declare(
        **{"resources/civil_affairs/person.yaml": change(feed__date_format="%Y/%m/%d")},
    )
    frame = pl.read_csv(people(range(3), p2=BAD_SEX).encode(), infer_schema=False)
    path = town.layout.inbox(PERSON) / "p.xlsx"
    path.parent.mkdir(parents=True)
    frame.with_columns(pl.col("出生日期").str.to_date()).write_excel(path)
    town.take(REGION, "r.csv", "区划代码,区划名称\n350500,一区\n350501,二区\n350502,三区\n")
    land_waiting(town.city, PERSON)
    assert counted(replay(town.city, PERSON)) == (1, 0, 1, 0)
    assert [one.rules for one in town.kept(PERSON)] == [("sex:code_list",)] * 2

    path = edited(exported(town, PERSON), "'9", "1")
    assert counted(replay(town.city, PERSON, path)) == (1, 1, 0, 1)
    assert town.rows(PERSON, "count(DISTINCT birth_date)") == [(1,)]


def test_a_large_number_read_anew_is_no_damaged_identifier(town: Town) -> None:
    """Only where a text is due does a long number mean that a spreadsheet has rounded it."""
    frame = pl.read_csv(people(range(2)).encode(), infer_schema=False).with_columns(
        pl.lit("3.5E+17").alias("收入")
    )
    path = town.layout.inbox(PERSON) / "p.xlsx"
    path.parent.mkdir(parents=True)
    frame.drop("登记收入").write_excel(path)
    land_waiting(town.city, PERSON)
    judge_waiting(town.city, PERSON)
    (refused,) = deliveries(town.layout, PERSON)
    assert refused.refusal is not None

    columns = dict(town.city.catalog.resource(PERSON).feed.columns)
    columns["收入"] = columns.pop("登记收入")
    town.declare(
        **{"resources/civil_affairs/person.yaml": change(feed__columns=columns)},
    )
    assert counted(replay(town.city, PERSON))[0] == 2


def test_nothing_is_replayed_while_a_delivery_waits_for_approval(town: Town) -> None:
    """Until it is decided nobody knows what is newer; and what was refused is never replayed."""
    taken = town.take(PERSON, "p.csv", people(range(4), p2=BAD_SEX))
    wait = Held(PERSON, taken.delivery, 1, 3, 3, None, NOW.isoformat())
    assert HELD.record(town.layout, (wait,))

    with pytest.raises(RepairError, match="approval"):
        replay(town.city, PERSON)

    assert len(deliveries(town.layout, PERSON)) == 1
