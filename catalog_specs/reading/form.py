"""Problems of form: the stable codes of faults that are found before any law is asked.

Belongs here: the codes, their titles, and what to do. Keep out: finding them (`yaml_text`,
`shapes`, `code_tables`, `files`).
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "ALIAS",
    "CITY_ONLY",
    "CODE_TABLE",
    "DECLARED_TWICE",
    "DOUBLE_KEY",
    "FILE_NAME",
    "FORMS",
    "MISSING_FILE",
    "MISSING_KEY",
    "STRAY_FILE",
    "SYNTAX",
    "UNKNOWN_KEY",
    "UNREADABLE",
    "VALUE",
    "Form",
    "remedy_of",
]


class Form(NamedTuple):
    """One kind of problem of form, for the page of laws."""

    code: str
    title_zh: str
    title: str
    remedy: str


MISSING_FILE = "CAT-100"
UNREADABLE = "CAT-101"
SYNTAX = "CAT-102"
DOUBLE_KEY = "CAT-103"
ALIAS = "CAT-104"
UNKNOWN_KEY = "CAT-105"
MISSING_KEY = "CAT-106"
VALUE = "CAT-107"
FILE_NAME = "CAT-108"
DECLARED_TWICE = "CAT-109"
CODE_TABLE = "CAT-110"
STRAY_FILE = "CAT-111"
CITY_ONLY = "CAT-112"

FORMS: tuple[Form, ...] = (
    Form(
        MISSING_FILE,
        "缺少必备文件",
        "a file that every catalogue has is missing",
        "write the file, or point `--catalog` at the folder that holds `catalog.yaml`",
    ),
    Form(
        UNREADABLE,
        "文件无法读取",
        "a file is too large, not UTF-8, or outside the catalogue's folder",
        "save it as UTF-8 inside the catalogue; move long tables into a CSV file",
    ),
    Form(SYNTAX, "YAML 语法错误", "a file is not valid YAML", "correct the line named"),
    Form(
        DOUBLE_KEY,
        "键重复",
        "a key stands twice in one mapping",
        "keep one of the two; YAML would silently drop the first",
    ),
    Form(
        ALIAS,
        "不允许锚点与别名",
        "anchors and aliases are not allowed",
        "write the value out; a catalogue is read by people who do not know YAML's references",
    ),
    Form(
        UNKNOWN_KEY, "未知的键", "a key that the kind of file does not have", "see the suggestion"
    ),
    Form(MISSING_KEY, "缺少必填键", "a required key is missing", "add it"),
    Form(VALUE, "值不合规", "a value does not fit its key", "see the message"),
    Form(
        FILE_NAME,
        "文件名与代码不一致",
        "a file is not named after the code inside it",
        "rename the file, or correct the code",
    ),
    Form(
        DECLARED_TWICE,
        "重复声明",
        "the same code is declared twice",
        "keep one declaration, or give the other its own code",
    ),
    Form(
        CODE_TABLE,
        "代码表有误",
        "the CSV file of a code list cannot be used",
        "put a UTF-8 CSV with the named columns beside the code list's YAML",
    ),
    Form(
        STRAY_FILE,
        "无法识别的文件",
        "a YAML file lies where no kind of file is expected",
        "move it to the folder of its kind, or delete it",
    ),
    Form(
        CITY_ONLY,
        "县级目录不得另立全市规则",
        "a county's folder holds a kind of file that only the city declares",
        "use the city's subjects, code lists, sensitivities, calendar and profile; a county "
        "declares departments, elements, resources, grants, open data, exceptions and legacy "
        "exchanges",
    ),
)


def remedy_of(code: str) -> str:
    """Return what to do about a problem of form; KeyError for a code that is none."""
    return {form.code: form.remedy for form in FORMS}[code]
