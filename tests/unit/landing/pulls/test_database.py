"""A vendor's errors become ours: what may pass, what may not, and never a word of the vendor's."""

from __future__ import annotations

import errno

import adbc_driver_manager as adbc
import pyarrow as pa
import pytest

from catalog_specs.errors import PullError, QuanshuError, TransientError
from landing.pulls.database import words_hidden
from tests.unit.landing.pulling import REF, SECRET

UNKNOWN, BUSY = adbc.AdbcStatusCode.UNKNOWN, adbc.AdbcStatusCode.IO


def told(error: Exception) -> QuanshuError:
    """Return what becomes of a driver's error."""
    with pytest.raises(QuanshuError) as caught, words_hidden("FIRM_DB", REF):
        raise error
    return caught.value


def driver(state: str | None, kind: type[adbc.Error] = adbc.OperationalError) -> adbc.Error:
    """Return an error of a driver, with words that must turn up nowhere."""
    if kind is adbc.NotSupportedError:  # takes no status: it is one
        return kind(f"at {SECRET}", sqlstate=state)
    return kind(f"at {SECRET}", status_code=UNKNOWN, sqlstate=state)


@pytest.mark.parametrize("state", ["08006", "40001", "53300", "55P03", "57014", "58030"])
def test_what_may_pass_is_tried_again(state: str) -> None:
    """Connection, conflict, resources, lock, time limit, system: the next run may find it gone."""
    found = told(driver(state))
    assert isinstance(found, TransientError)
    assert state in str(found)


@pytest.mark.parametrize("state", ["42P01", "42703", "28P01", "3D000", "22P02", "0A000"])
def test_what_the_database_does_not_know_is_not(state: str) -> None:
    """A table, column, user or type that is not there stays away until somebody acts."""
    found = told(driver(state))
    assert isinstance(found, PullError)
    assert state in str(found)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (driver(None), TransientError),
        (driver(None, adbc.InternalError), TransientError),
        (driver("\0\0\0\0\0"), TransientError),
        (driver(None, adbc.ProgrammingError), PullError),
        (driver(None, adbc.DataError), PullError),
        (driver(None, adbc.NotSupportedError), PullError),
        (pa.ArrowInvalid(SECRET), PullError),
        (pa.ArrowException(SECRET), TransientError),
        (ConnectionResetError(errno.ECONNRESET, SECRET), TransientError),
        (
            adbc.ProgrammingError(
                "[SQLite] Failed to prepare query: database is locked", status_code=BUSY
            ),
            TransientError,
        ),
    ],
    ids=repr,
)
def test_without_a_state_the_kind_of_error_tells(
    error: Exception, kind: type[QuanshuError]
) -> None:
    """What was misasked stays so; whatever else breaks off may pass."""
    assert type(told(error)) is kind


@pytest.mark.parametrize("error", [driver("42P01"), driver("08006"), pa.ArrowInvalid(SECRET)])
def test_no_word_of_the_vendor_is_told(error: Exception) -> None:
    """Neither in the message nor as its cause; the variable and the resource are named."""
    found = told(error)
    assert SECRET not in f"{found}{found.remedy}{found.__cause__}"
    assert found.__suppress_context__
    assert "FIRM_DB" in str(found)
    assert found.where == REF


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_of_ours_is_no_fault_of_the_source(number: int) -> None:
    """It stays the error it is."""
    with pytest.raises(OSError, match="ours") as caught, words_hidden("FIRM_DB", REF):
        raise OSError(number, "ours")
    assert caught.value.errno == number


def test_our_own_errors_pass_through() -> None:
    """They quote nothing, and say better what happened."""
    with pytest.raises(PullError, match="mine"), words_hidden("FIRM_DB", REF):
        raise PullError("mine", where=REF, remedy="act")
