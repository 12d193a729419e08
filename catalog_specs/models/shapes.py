"""Shapes: published forms of texts that a value domain may name, each with its Chinese label.

Belongs here: the closed set. Keep out: what a form is (`quality.rules.kinds`), numbers with a check
digit (`IdentityCheck`), forms that a catalogue writes itself (`pattern`).
"""

from __future__ import annotations

from catalog_specs.vocabulary import Term

__all__ = ["Shape"]


class Shape(Term):
    """A published form that a whole text can have."""

    PHONE = ("phone", "电话号码")
    MOBILE = ("mobile", "移动电话号码")
    LANDLINE = ("landline", "固定电话号码")
    POSTAL_CODE = ("postal_code", "邮政编码")
    LICENCE_PLATE = ("licence_plate", "机动车号牌号码")
    PERSON_NAME = ("person_name", "姓名")
    ORGANISATION_NAME = ("organisation_name", "机构名称")
