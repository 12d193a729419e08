"""Cell texts: dates, numbers, yes and no, and empty cells as departments write them.

Belongs here: one value in one cell. Keep out: files (`render`), broken values (`spoiling`).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import Element
from catalog_specs.models.feed import Feed
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import ItemType
from demo_city.writing.render import SEQUENCE

__all__ = ["Value", "as_text", "as_value", "impossible", "kinds", "texts"]

Value = int | Decimal | date | datetime | bool | str
SCALE = 2
"""Digits after the point where an element names none."""


def texts(catalog: Catalog, resource: Resource, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the items of a frame as texts, in catalogue order; missing values stay null."""
    return frame.select(
        cell(catalog.element_of(item), resource.feed, item.code) for item in resource.items
    )


def cell(element: Element, feed: Feed, code: str) -> pl.Expr:
    """Return one item's texts."""
    column = pl.col(code)
    match element.type:
        case ItemType.STRING:
            return column
        case ItemType.INTEGER:
            return column.cast(pl.Int64).cast(pl.String)
        case ItemType.DECIMAL:
            return column.cast(pl.Decimal(18, scale(element))).cast(pl.String)
        case ItemType.DATE:
            return column.dt.strftime(feed.date_format)
        case ItemType.DATETIME:
            return column.dt.strftime(feed.datetime_format)
        case ItemType.BOOLEAN:
            return (
                pl.when(column)
                .then(pl.lit(feed.true[0]))
                .when(~column)
                .then(pl.lit(feed.false[0]))
                .otherwise(None)
                .alias(code)
            )


def scale(element: Element) -> int:
    """Return the digits after the point of a decimal."""
    return SCALE if element.scale is None else element.scale


def kinds(catalog: Catalog, resource: Resource) -> dict[str, pl.DataType]:
    """Return the types of what is no text, for files whose cells have types."""
    found: dict[str, pl.DataType] = {SEQUENCE: pl.Int64()}
    for item in resource.items:
        element = catalog.element_of(item)
        match element.type:
            case ItemType.INTEGER:
                found[item.code] = pl.Int64()
            case ItemType.DECIMAL:
                found[item.code] = pl.Decimal(18, scale(element))
            case ItemType.DATE:
                found[item.code] = pl.Date()
            case ItemType.DATETIME:
                found[item.code] = pl.Datetime("us")
            case ItemType.BOOLEAN | ItemType.STRING:
                pass
    return found


def as_text(value: Value, element: Element, feed: Feed) -> str:
    """Return the text of one value."""
    match value:
        case Decimal() | int() if element.type is ItemType.INTEGER:
            return str(int(value))
        case datetime():
            return value.strftime(feed.datetime_format)
        case date():
            return value.strftime(feed.date_format)
        case Decimal():
            return f"{value:.{scale(element)}f}"
        case _:
            return str(value)


def as_value(text: str | None, element: Element, feed: Feed) -> Value | None:
    """Return the value of one text; None when it holds none of its type."""
    if text is None:
        return None
    try:
        return parsed(text, element, feed)
    except (ValueError, ArithmeticError, KeyError):
        return None


def parsed(text: str, element: Element, feed: Feed) -> Value:
    """Return the value of one text; ValueError, ArithmeticError or KeyError when it holds none."""
    value: Value = text
    match element.type:
        case ItemType.STRING:
            pass
        case ItemType.INTEGER:
            value = int(text)
        case ItemType.DECIMAL:
            value = Decimal(text)
        case ItemType.DATE:
            value = datetime.strptime(text, feed.date_format).date()  # noqa: DTZ007 - local days
        case ItemType.DATETIME:
            value = datetime.strptime(text, feed.datetime_format)  # noqa: DTZ007 - local time
        case ItemType.BOOLEAN:
            value = {**dict.fromkeys(feed.true, True), **dict.fromkeys(feed.false, False)}[text]
    return value


def impossible(element: Element, feed: Feed) -> str:
    """Return a text that is no value of the element's type: 30 February, a word for a number."""
    match element.type:
        case ItemType.DATE | ItemType.DATETIME:
            written = feed.date_format if element.type is ItemType.DATE else feed.datetime_format
            parts = {"%Y": "2024", "%m": "02", "%d": "30", "%H": "10", "%M": "05", "%S": "00"}
            for directive, digits in parts.items():
                written = written.replace(directive, digits)
            return written
        case ItemType.BOOLEAN:
            return "不详"
        case _:
            return "若干"
