"""The entry point: gathers the command groups, turns errors into exit codes, Ctrl-C into an end."""

from __future__ import annotations

import io
import sys
import traceback
from contextvars import copy_context
from functools import cache
from signal import SIGINT, default_int_handler, getsignal, signal
from threading import current_thread, main_thread
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer
from typer.main import get_command

from catalog_specs.errors import CatalogError, CatalogLookupError, QuanshuError
from catalog_specs.rules.error_codes import ErrorCode
from cli.cities import HOME
from cli.commands import (
    approve,
    catalog,
    demo,
    evolve,
    held_tables,
    keys,
    lineage,
    listing,
    quarantine,
    release,
    run,
    scaffold,
    trial,
    ui,
)
from cli.commands.backup import backup, restore
from cli.commands.desk import case, correction, due, recheck, reconcile, report
from cli.commands.governing import (
    answer,
    audit,
    copies,
    delegation,
    grant,
    handover,
    interface,
    opening,
    steward,
    trace,
)
from cli.commands.keeping import doctor, store, upkeep, vacuum
from cli.commands.supervision import score, violation
from cli.console import Exit, err
from storage.full_disk import SAID, is_full
from storage.permissions import keep_private

if TYPE_CHECKING:
    from storage.layout import Layout

__all__ = ["app", "command", "interrupt_queries", "main"]

app = typer.Typer(
    name="quanshu",
    help="泉数 Quanshu: one source for every fact, and nobody sees more of it than a grant allows.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print the local variables of every frame: values
)
demo.register(app)
catalog.register(app)
listing.register(app)
run.register(app)
approve.register(app)
held_tables.register(app)
evolve.register(app)
doctor.register(app)
due.register(app)
case.register(app)
correction.register(app)
quarantine.register(app)
recheck.register(app)
trial.register(app)
reconcile.register(app)
lineage.register(app)
scaffold.register(app)
keys.register(app)
release.register(app)
report.register(app)
upkeep.register(app)
vacuum.register(app)
store.register(app)
backup.register(app)
restore.register(app)
violation.register(app)
grant.register(app)
steward.register(app)
opening.register(app)
interface.register(app)
delegation.register(app)
handover.register(app)
copies.register(app)
trace.register(app)
audit.register(app)
score.register(app)
answer.register(app)
ui.register(app)


def main() -> None:
    """Run the command; print a purposeful error as its three parts and exit with its code."""
    keep_private()
    _print_anywhere()
    interrupt_queries()
    context = copy_context()
    try:
        context.run(command())
    except SystemExit:
        raise
    except CatalogError as error:
        for problem in error.problems:
            err.print(str(problem), markup=False, highlight=False)
        err.print(str(error), style="red", markup=False)
        sys.exit(Exit.PROBLEMS)
    except CatalogLookupError as error:
        err.print(str(error), style="red", markup=False)
        sys.exit(Exit.USAGE)
    except BaseException as error:  # a crash in Rust code is no `Exception`
        from flow.failures import is_fault
        from storage.engines.connection import interrupted

        if interrupted(error):
            sys.exit(Exit.INTERRUPTED)
        if not is_fault(error):
            raise
        _failed(error, context.get(HOME))
        sys.exit(Exit.FAILED)


def interrupt_queries() -> None:
    """Let Ctrl-C end every query at once, unless the process was begun to ignore it."""
    if current_thread() is main_thread() and getsignal(SIGINT) is default_int_handler:
        signal(SIGINT, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    # where it is being imported just now, nothing runs yet
    end_queries = getattr(sys.modules.get("storage.engines.instances"), "end_queries", None)
    if end_queries is not None:
        end_queries()
    default_int_handler(number, frame)


@cache
def command() -> Any:  # noqa: ANN401 - a class that typer keeps to itself
    """Return the command with all its groups; typer reads every signature to build it."""
    return get_command(app)


def _print_anywhere() -> None:
    """Let a terminal that knows ASCII alone show escapes where it cannot show Chinese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _failed(error: BaseException, home: Layout | None) -> None:
    """Say why the system failed; a damaged file of the home is told by its place, as by a run."""
    from storage.damage import Damages

    damage = Damages(home).behind("", error) if home and not is_full(error) else None
    if is_full(error):
        err.print(SAID, style="red", markup=False)
    elif damage or isinstance(error, QuanshuError):
        err.print(str(damage or error), style="red", markup=False)
    else:
        # without the message: the text of a library may quote a value
        err.print("".join(traceback.format_tb(error.__traceback__)), markup=False, highlight=False)
        what = f"unforeseen {type(error).__name__}"
        told = f"{ErrorCode.UNFORESEEN} {what} · report the class and the places above"
        err.print(told, style="red", markup=False)
