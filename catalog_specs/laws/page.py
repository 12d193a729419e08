"""The page of laws: every code with its title, clause and remedy, as Markdown.

Belongs here: rendering. Keep out: the laws (`registry`) and the forms (`reading.form`).
"""

from __future__ import annotations

from collections.abc import Sequence

from catalog_specs.laws.law import Law
from catalog_specs.laws.registry import LAWS
from catalog_specs.markdown import sentence, table
from catalog_specs.reading.form import FORMS

__all__ = ["laws_page"]

_HEAD = """\
# The laws of a catalogue

`quanshu check` reads every file and reports every problem at once: file, line, place in the file,
code, what is wrong, what to do. A catalogue with a problem does not compile, and nothing runs on
it. Codes never change their meaning. Clauses are those of 《泉州市政务数据管理规定》; a law without
one keeps the catalogue itself consistent. CAT-035 (what only holds today) and CAT-037 (what takes
Great Expectations to say) are asked by `quanshu check` alone: a day that passes stops no city at
work, and a rule that cannot be judged stops its own resource.

This page is written by `python -m docs.generate` from the code.
"""


def laws_page(more: Sequence[Law] = ()) -> str:
    """Return the page as Markdown text, `more` laws of `quanshu check` beside the others."""
    laws = (
        (law.code, law.title_zh, sentence(law.title), law.clause or "–", sentence(law.what_to_do))
        for law in sorted((*LAWS, *more), key=lambda law: law.code)
    )
    forms = ((f.code, f.title_zh, sentence(f.title), sentence(f.remedy)) for f in FORMS)
    return "\n".join(
        [
            _HEAD,
            "## Laws",
            "",
            *table(("Code", "法则", "Says", "Clause", "What to do"), laws),
            "",
            "## Form",
            "",
            "What can be wrong with a file before any law is asked. Laws still judge all other",
            "files, and stay silent about what a malformed file might have said.",
            "",
            *table(("Code", "形式", "Says", "What to do"), forms),
            "",
        ]
    )
