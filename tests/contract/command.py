"""Calling `quanshu` as people and machines do: words, an environment, an exit code.

Belongs here: the call. Keep out: assertions.
`quanshu` calls the command's entry within the tests' own process: a process of its own costs a
second or more. `in_own_process` starts one, for what only a process has; `test_own_process` holds
that every command says the same both ways.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.city import MASTER_KEY
from tests.harness.engines import engines

__all__ = ["KEY", "Said", "in_own_process", "quanshu"]

KEY = {"QUANSHU_MASTER_KEY": MASTER_KEY}
STARTED = "import sys; sys.argv[0] = 'quanshu'; from cli.process import main; main()"
"""What the script of that name does, without having to be installed."""
WIDTH = "400"
"""Columns of the terminal: wide enough that no table folds a message."""


@dataclass(frozen=True)
class Said:
    """What a command printed and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Return standard output as the one JSON document that it must be."""
        return json.loads(self.out)


def quanshu(folder: Path, *words: str, **environment: str) -> Said:
    """Run the command in a folder, with no setting of Quanshu but those given and the engine's."""
    from cli.main import main

    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    out, err = (TextIOWrapper(BytesIO(), encoding=encoding, newline="") for _ in range(2))
    with _as_started(folder, words, environment), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code: object = 0
        except SystemExit as ended:
            code = ended.code or 0
    assert isinstance(code, int)
    return Said(code, _printed(out), _printed(err))


def in_own_process(folder: Path, *words: str, **environment: str) -> Said:
    """Run the command as `quanshu` does, but as a shell would."""
    done = subprocess.run(
        [sys.executable, "-c", STARTED, *words],
        cwd=folder,
        env=_environment(environment) | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUANSHU_")}
    return kept | {"COLUMNS": WIDTH} | engines.environment | dict(given)


@contextmanager
def _as_started(
    folder: Path, words: tuple[str, ...], environment: Mapping[str, str]
) -> Iterator[None]:
    """Give this process what a shell gives a new one; take it back, and the umask it set."""
    umask = os.umask(0o022)
    try:
        with (
            chdir(folder),
            patch.dict(os.environ, _environment(environment), clear=True),
            patch.object(sys, "argv", ["quanshu", *words]),
            # else usage is told of `python -m pytest.quanshu`
            patch.object(sys.modules["__main__"], "__package__", None),
        ):
            yield
    finally:
        os.umask(umask)


def _printed(stream: TextIOWrapper) -> str:
    stream.flush()
    binary = stream.buffer
    assert isinstance(binary, BytesIO)
    return binary.getvalue().decode()
