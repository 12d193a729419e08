"""Write again what docs and schemas derive from the code: `python -m docs.generate`.

Belongs here: calling the generators. Keep out: what they say.
"""

from __future__ import annotations

from pathlib import Path

from catalog_specs.json_schema import write_schemas
from catalog_specs.laws import laws_page

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write the JSON Schemas and the page of laws."""
    write_schemas(ROOT / "catalog_specs" / "schema")
    (ROOT / "docs" / "laws.md").write_text(laws_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
