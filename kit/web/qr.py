"""A QR code as one SVG path: nothing to download, no picture made; the encoder is imported when one is shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

QUIET = 4  # modules of white around it (ISO/IEC 18004, 6.3.8)


@lru_cache(maxsize=256)
def qr_svg(text: str, label: str) -> Markup:
    """An inline SVG of `text`; `label` is what a screen reader says."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    code = QRCode(border=QUIET, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    matrix: list[list[bool]] = code.get_matrix()
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path d="{2}"/></svg>'
    ).format(len(matrix), label, _path(matrix))


def _path(matrix: Sequence[Sequence[bool]]) -> str:
    """Each run of dark modules of a row as one rectangle."""
    parts = []
    for y, line in enumerate(matrix):
        x = 0
        while x < len(line):
            width = next((n for n, dark in enumerate(line[x:]) if not dark), len(line) - x)
            if width:
                parts.append(f"M{x} {y}h{width}v1h-{width}z")
            x += max(1, width)
    return "".join(parts)
