"""The index pages: per set and over all sets, for machines (JSON) and people (HTML).

Belongs here: their content and wording, Chinese first. Keep out: writing them
(`outlets.open_data.opening`). A page tells no count of what was too small to publish, and needs no
script and no network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from outlets.open_data.packaging.escaping import html_text

__all__ = ["city_page", "set_page"]

_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.6 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border-bottom: 1px solid #ccc; padding: .4em .6em; text-align: left }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
_STATES = {
    "published": "已发布 published",
    "withdrawn": "已撤回 withdrawn",
    "refused": "未通过发布检查 refused",
    "waiting": "尚未发布 not released yet",
}


def city_page(index: Mapping[str, Any]) -> str:
    """Return the page over all sets; `index` is what `index.json` holds."""
    rows = [
        (
            _link(f"{one['code']}/index.html", one["name"] or one["code"])
            if one["releases"]
            else html_text(one["name"] or one["code"]),
            _link(f"{one['code']}/{one['latest']}/", one["latest"]) if one["latest"] else "—",
            _state(one),
        )
        for one in index["sets"]
    ]
    title = html_text(f"{index['city']} 开放数据 open data")
    header = ("数据集 data set", "最新版本 latest", "状态 state")
    return _PAGE.format(title=title, body=_table(header, rows))


def set_page(one: Mapping[str, Any]) -> str:
    """Return the page of one set; `one` is what its `index.json` holds."""
    rows = [
        (
            _link(f"{release['release']}/", release["release"]),
            html_text(release["released_at"] or "—"),
            f"{release['rows']:,}" if release["rows"] is not None else "—",
            _state(release),
        )
        for release in reversed(one["releases"])
    ]
    about = f"<p>{html_text(one['summary'])}</p>\n" if one["summary"] else ""
    about += f"<p>{_state(one)}</p>\n"
    header = ("版本 release", "发布时间 released", "行数 rows", "状态 state")
    title = html_text(one["name"] or one["code"])
    return _PAGE.format(title=title, body=about + _table(header, rows))


def _state(one: Mapping[str, Any]) -> str:
    said = [_STATES[one["state"]], one.get("state_code") or one.get("code"), one.get("reason")]
    return html_text(" · ".join(part for part in said if part))


def _link(place: str, text: str) -> str:
    return f'<a href="{html_text(place)}">{html_text(text)}</a>'


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{cell}</th>" for cell in header)
    body = "\n".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>"
