"""Readers of feeds: one module per file format, all of them to numbered rows of text.

Belongs here: what a reader is, the readers, and the choice among them. Keep out: null markers and
types (`lakehouse.typed`), where a delivery lies (`lakehouse.landing`).
"""

from __future__ import annotations

from catalog_specs.vocabulary import FeedFormat
from lakehouse.intake.reader import FeedReader, Source

__all__ = ["FeedReader", "Source", "reader_for"]


def reader_for(form: FeedFormat) -> FeedReader:
    """Return the reader of a file format; vendors are imported only for the format asked for."""
    match form:
        case FeedFormat.CSV:
            from lakehouse.intake.delimited import DelimitedReader

            return DelimitedReader()
        case FeedFormat.JSONL:
            from lakehouse.intake.json_lines import JsonLinesReader

            return JsonLinesReader()
        case FeedFormat.PARQUET:
            from lakehouse.intake.columnar import ParquetReader

            return ParquetReader()
        case FeedFormat.XLSX:
            from lakehouse.intake.workbook import WorkbookReader

            return WorkbookReader()
