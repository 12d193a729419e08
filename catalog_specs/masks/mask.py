"""The mask: shape, fitting types, what may remain of a value, and rendering of every kind.

Belongs here: the questions, and safe answers for kinds that say nothing else. Keep out: any one
kind (`catalog_specs.masks.kinds`). Polars is imported where a mask is laid: reading a catalogue
must not wait for it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from catalog_specs.masks.hashes import PseudonymHash
from catalog_specs.spec import Spec
from catalog_specs.vocabulary import IdentityCheck, ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ANY", "Domain", "Key", "Mask", "Remains"]

ANY = frozenset(ItemType)


class Remains(StrEnum):
    """What may be seen of a value under a mask: the bound that laws and disclosure control use."""

    AS_IS = "as_is"
    """The value itself, or nearly all of it."""
    PART = "part"
    """Something coarser or shorter, computed from the value alone."""
    LINK = "link"
    """Nothing of it, but equal values stay equal: under a key, which `lay` then needs."""
    NOTHING = "nothing"
    """The column leaves, and says nothing."""
    ABSENT = "absent"
    """The column does not leave."""

    @property
    def hidden(self) -> bool:
        """Say whether no value can be told from any other."""
        return self in {Remains.NOTHING, Remains.ABSENT}


class Key(Protocol):
    """A key for one purpose, as `governance.keys` derives it; its text is in no repr and no log."""

    @property
    def text(self) -> str:
        """The characters whose ASCII bytes key an HMAC."""


@dataclass(frozen=True)
class Domain:
    """What a mask may ask of the values it is laid over.

    `longest` is the greatest length a text may have, `remain` the most characters its element
    lets a part of it show, `codes` the values of its code list; None or empty where nothing is
    declared.
    """

    type: ItemType
    scale: int | None = None
    longest: int | None = None
    check: IdentityCheck | None = None
    remain: int | None = None
    codes: Collection[str] = ()

    @property
    def is_whole(self) -> bool:
        """Say whether all values are whole numbers."""
        return self.type is ItemType.INTEGER or (self.type is ItemType.DECIMAL and self.scale == 0)


class Mask(Spec, ABC):
    """A mask as a catalogue writes it; the docstring of a kind says in English what it does."""

    mask: str
    """The name of the kind."""

    label: ClassVar[str]
    """The kind in Chinese."""
    fits: ClassVar[frozenset[ItemType]]
    """Types whose values it can be laid over."""
    remains: ClassVar[Remains]
    shows_words: ClassVar[bool] = True
    """Whether words of free text may still be read, so that they are searched for numbers of
    persons (`governance.free_text`)."""
    unchanged: ClassVar[bool] = False
    """Whether values leave exactly as they are stored, so that their codes still mean something."""

    @classmethod
    def name(cls) -> str:
        """Return the name of the kind, which is its file's."""
        return cls.__module__.rpartition(".")[2]

    @property
    @abstractmethod
    def note(self) -> str:
        """What it does to a column, in Chinese, as comments and dictionaries show it."""

    @property
    def note_en(self) -> str:
        """What it does to a column, in English: the kind with its figures."""
        said = self.model_dump(mode="json", exclude={"mask"}, exclude_none=True)
        told = (f"{name} {value}".replace("_", " ") for name, value in said.items())
        kind = self.name().replace("_", " ")
        return f"{kind} ({', '.join(told)})" if said else kind

    @abstractmethod
    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:
        """Return the masked values of a column of a fitting type.

        Nulls stay null, except under a constant. What does not fit becomes null or is hidden whole:
        no value ever passes because it was not expected.
        """

    def hashed_by(self, kind: PseudonymHash) -> Self:  # noqa: ARG002
        """Return the mask with the hash that the profile names, where one is needed."""
        return self

    def outcome(self, kind: ItemType) -> ItemType:
        """Return the type of the masked values."""
        return kind if self.unchanged else ItemType.STRING

    def too_much(self, domain: Domain) -> str | None:  # noqa: ARG002
        """Return why more would remain of a protected value than may, or None."""
        return None

    def joins_nothing(self, domain: Domain) -> bool:  # noqa: ARG002
        """Say whether it is certain, without data, that no two values ever become one."""
        return False

    def tells_less_than(self, op: str, value: object) -> bool:  # noqa: ARG002
        """Say whether a row condition would tell more of a value than this mask leaves of it.

        `value` is typed as the item is. Every row that leaves fulfils the condition, so it may ask
        only what can be seen anyway; a kind that knows no such condition forbids all of them.
        """
        return True

    def interval(self, value: pl.Expr) -> pl.Expr | None:  # noqa: ARG002
        """Return the number of the interval a value falls in; None unless all are equally wide."""
        return None

    def parts(self, value: pl.Expr) -> tuple[pl.Expr, tuple[pl.Expr, ...]] | None:  # noqa: ARG002
        """Return what of a text is hidden, and each of the characters that stay.

        None unless the mask only ever covers or cuts characters by their place.
        """
        return None

    def lay(self, column: str, kind: ItemType, key: Key | None = None) -> pl.Expr:
        """Return a masked column of a source under its own name.

        Args:
            column: the column of the source.
            kind: the type its element declares.
            key: the key of the grant or data set, where `remains` is a link.

        Raises:
            ValueError: the mask does not fit the type, drops the column, or lacks its key. Whoever
                hands out data refuses before (`governance.masks.columns`); no value passes here.
        """
        import polars as pl

        if kind not in self.fits:
            raise ValueError(f"mask {self.mask!r} does not fit type {kind.value}: {column}")
        return self.expression(pl.col(column), kind, key).alias(column)
