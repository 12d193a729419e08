"""Charts: inline SVG, drawn of a few figures; the words beside a chart say the same.

Belongs here: sparklines, columns. Keep out: colours (`assets/report.css`), what is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import escape

from outlets.reports.marks import NOTHING, Cell

__all__ = ["POINTS", "columns", "spark"]

WIDTH = 88
"""Of a sparkline, which is 20 high, in units of its box."""
POINTS = 20
"""Points that one can tell apart in a sparkline."""


def spark(shares: Sequence[float]) -> Cell:
    """Return the course of shares between 0 and 1 as a small line; the highest fills the box.

    The figures stand beside it, so that nobody needs to hear it; a list may have hundreds.
    """
    drawn = list(shares)[-POINTS:]
    if len(drawn) <= 1:
        return NOTHING
    most = max(drawn) or 1
    step = WIDTH / (len(drawn) - 1)
    points = [(round(n * step), round(19 - 18 * y / most)) for n, y in enumerate(drawn)]
    moves = (f"l{x - w} {y - z}" for (w, z), (x, y) in pairwise(points))
    line = f"M{points[0][0]} {points[0][1]}{''.join(moves)}"
    return Cell(
        f'<svg class=spark viewBox="0 0 {WIDTH} 20" aria-hidden=true><path d="{line}"/></svg>',
        f"{drawn[-1]:.4g}",
    )


def columns(shares: Sequence[tuple[float, str, bool]], told: str) -> Cell:
    """Return columns side by side: the height of each, what it is, and whether it stands out."""
    most = max((height for height, _, _ in shares), default=0) or 1
    slot = 640 / max(len(shares), 12)
    drawn = (
        f'<rect x="{n * slot:.1f}" y="{100 - max(96 * height / most, 1):.1f}" '
        f'width="{slot * 0.72:.1f}" height="{max(96 * height / most, 1):.1f}"'
        f"{' class=stop' if stands_out else ''}><title>{escape(name)}</title></rect>"
        for n, (height, name, stands_out) in enumerate(shares)
    )
    return Cell(
        '<svg viewBox="0 0 640 100" preserveAspectRatio=none role=img '
        f'aria-label="{escape(told)}">{"".join(drawn)}</svg>'
    )
