"""The generator of derived pages and schemas: `python -m docs.generate`.

Belongs here: calling the generators. Keep out: what they say.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from catalog_specs.json_schema import write_schemas
from catalog_specs.laws import Law, dated_laws, laws_page
from catalog_specs.masks.page import masks_page
from catalog_specs.rules.page import codes_page
from docs.packages import with_packages
from outlets.views.ledgers import ledgers_page
from quality.engine_law import engine_law
from quality.sql_law import SQL_LAW
from quality.suite_law import suite_law

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write the schemas, the pages of masks, laws, codes, ledgers, the table of packages."""
    write_schemas(ROOT / "catalog_specs" / "schema")
    (ROOT / "docs" / "masks.md").write_text(masks_page(), encoding="utf-8")
    (ROOT / "docs" / "laws.md").write_text(laws_page(asked_by_check()), encoding="utf-8")
    (ROOT / "docs" / "codes.md").write_text(codes_page(), encoding="utf-8")
    (ROOT / "docs" / "ledgers.md").write_text(ledgers_page(), encoding="utf-8")
    architecture = ROOT / "docs" / "architecture.md"
    page = with_packages(architecture.read_text(encoding="utf-8"))
    architecture.write_text(page, encoding="utf-8")


def asked_by_check() -> tuple[Law, ...]:
    """Return the laws that `quanshu check` asks beside those that every load obeys."""
    return (*dated_laws(date.min), suite_law(date.min), SQL_LAW, engine_law(date.min))


if __name__ == "__main__":
    main()
