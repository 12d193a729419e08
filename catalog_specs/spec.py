"""The base of all declared models: frozen, no unknown keys, and kinds of text.

Belongs here: the base and the kinds of text. Keep out: any one model.
White space that YAML keeps was put in quotes, so it is meant: it stays, but in `Text`.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

__all__ = ["Code", "Exact", "ItemRef", "ResourceRef", "Spec", "Text", "is_code"]

_CODE = "[a-z][a-z0-9_]{0,62}"

Code = Annotated[str, StringConstraints(pattern=f"^{_CODE}$")]
"""A code that names things in YAML, SQL and paths: lower-case ASCII, digits, underscore."""

ResourceRef = Annotated[str, StringConstraints(pattern=f"^{_CODE}/{_CODE}$")]
"""`<department>/<resource>`: the one way to name a resource."""

ItemRef = Annotated[str, StringConstraints(pattern=rf"^{_CODE}/{_CODE}\.{_CODE}$")]
"""`<department>/<resource>.<item>`: the one way to name an item of another resource."""

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""What people read (a name, a reason): white space around it means nothing."""

Exact = Annotated[str, StringConstraints(min_length=1)]
"""What is compared with delivered texts, or is a pattern of them: a blank counts."""


class Spec(BaseModel):
    """Base of every model a person writes: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def is_code(text: str) -> bool:
    """Say whether a text from outside, such as a file's name, may be a code."""
    return re.fullmatch(_CODE, text) is not None
