"""Plain text: whatever does not show is found, whatever shows is let alone."""

from __future__ import annotations

import sys
import unicodedata

from catalog_specs.plain_text import hidden_characters, is_plain

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_every_character_is_judged_by_whether_it_shows() -> None:
    """Of all of Unicode, controls, directions and zero-width ones are found, no letter or sign."""
    prepended = {chr(n) for n in (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2)}
    for number in range(sys.maxunicode + 1):
        one = chr(number)
        kind = unicodedata.category(one)
        if kind in UNSEEN and number < 0x10000 and one not in prepended and one not in "\t\n":
            assert hidden_characters(one) == (f"U+{number:04X}",)
        elif kind[0] in "LNPS" and unicodedata.name(one, "").find("FILLER") < 0:
            assert hidden_characters(one) == (), f"U+{number:04X}"


def test_line_breaks_are_for_longer_texts() -> None:
    """A summary may have lines, a name may not; what is found is told once."""
    assert hidden_characters("一\n二\t三") == ()
    assert not is_plain("一\n二")
    assert hidden_characters("\u202e一\u202e") == ("U+202E",)
    assert is_plain("泉州市·鲤城区（350502）")
