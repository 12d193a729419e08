"""Shapes: published forms of texts that a value domain may name, each with its Chinese label.

Belongs here: the closed set. Keep out: what a form is (`quality.rules.kinds`), numbers with a check
digit (`IdentityCheck`), forms that a catalogue writes itself (`pattern`).
"""

from __future__ import annotations

from typing import Self

from catalog_specs.vocabulary import Term

__all__ = ["Shape"]


class Shape(Term):
    """A published form that a whole text can have."""

    english: str

    def __new__(cls, value: str, label: str, english: str) -> Self:
        """Make a member that can be said in both languages."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.english = english
        return member

    PHONE = ("phone", "电话号码", "a telephone number")
    MOBILE = ("mobile", "移动电话号码", "a mobile number")
    LANDLINE = ("landline", "固定电话号码", "a landline number with its area code")
    POSTAL_CODE = ("postal_code", "邮政编码", "a postal code")
    LICENCE_PLATE = ("licence_plate", "机动车号牌号码", "the number of a licence plate")
    PERSON_NAME = ("person_name", "姓名", "a person's name")
    ORGANISATION_NAME = ("organisation_name", "机构名称", "the name of an organisation")
