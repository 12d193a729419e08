"""Statistics: counts by masked items, and no small cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.acts import Operation
from audit.log import AuditLog
from catalog_specs.errors import AnswerError
from catalog_specs.rules.answers import AnswerRefusal
from outlets.answers.ledger import ANSWERS, Service
from outlets.answers.statistics import TOTAL, statistics
from tests.city.tables import someone
from tests.unit.outlets.answers.asked import answering, lake, request_of

NOT_YET = {
    "resources/civil_affairs/person.yaml": lambda document: document["share"].update(
        type="not_yet", legal_basis=["《统计法》"]
    )
}


def test_counts_are_told_by_one_item_or_two(tmp_path: Path) -> None:
    """By sex and place, with margins and total; every cell is large or hidden; on record once."""
    layout = lake(tmp_path)
    request = request_of(layout, Service.STATISTICS)
    alone = statistics(request, ["sex"])
    assert dict(alone.cells) == {("1",): 30, ("2",): 30, (TOTAL,): 60}
    both = statistics(request, ["性别", "residence"])
    cells = dict(both.cells)
    assert cells["1", "350502"] == 20
    assert cells["1", TOTAL] == 30
    assert cells[TOTAL, TOTAL] == 60
    assert both.as_dict()["cells"][0].keys() == {"sex", "residence", "count"}
    operations = [one.act.operation for one in AuditLog(layout).read()]
    assert operations == [Operation.ANALYSE] * 2
    assert [one.asked for one in ANSWERS.read(layout)] == [0, 0]


def test_small_cells_are_hidden_with_one_that_is_not(tmp_path: Path) -> None:
    """Two persons of a place are not told, and cannot be worked out from the total."""
    rows = [someone(n, residence="350504" if n < 2 else "350502") for n in range(40)]
    rows += [someone(n, residence="350503") for n in range(40, 60)]
    told = statistics(request_of(lake(tmp_path, rows), Service.STATISTICS), ["residence"])
    assert dict(told.cells) == {
        ("350502",): 38, ("350503",): None, ("350504",): None, (TOTAL,): 60,
    }  # fmt: skip
    assert told.hidden == 2


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        (["resident_id"], AnswerRefusal.ITEM),
        (["income"], AnswerRefusal.ITEM),
        (["sex", "性别"], AnswerRefusal.ITEM),
        (["sex", "birth_date", "residence"], AnswerRefusal.ITEM),
        ([], AnswerRefusal.ITEM),
        (["birth_date"], AnswerRefusal.FEW),
    ],
)
def test_what_is_no_statistic_is_refused(
    tmp_path: Path, by: list[str], reason: AnswerRefusal
) -> None:
    """Pseudonyms, what is not granted, three items, and groups of one are refused."""
    with pytest.raises(AnswerError) as refused:
        statistics(request_of(lake(tmp_path), Service.STATISTICS), by)
    assert refused.value.reason is reason


def test_what_is_not_shared_yet_is_counted_all_the_same(tmp_path: Path) -> None:
    """暂不共享 answers: available, and not to be seen (五(四))."""
    request = request_of(lake(tmp_path), Service.STATISTICS, answering(Service.STATISTICS, NOT_YET))
    assert dict(statistics(request, ["sex"]).cells)[TOTAL,] == 60


def test_too_many_groups_are_no_statistic(tmp_path: Path) -> None:
    """Before anything is hidden, a table of thousands of cells is refused."""
    fine = {"resources__0__items": ["resident_id", "name"], "resources__0__masks": {
        "name": {"mask": "keep"}}}  # fmt: skip
    rows = [someone(number) for number in range(2_001)]
    catalog = answering(Service.STATISTICS, **fine)
    with pytest.raises(AnswerError) as refused:
        statistics(request_of(lake(tmp_path, rows), Service.STATISTICS, catalog), ["name"])
    assert refused.value.reason is AnswerRefusal.FINE
