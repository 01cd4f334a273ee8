"""What a page shows is asked when it has been read.

After a click Playwright waits until the new page begins; what comes with a later packet is not there yet. What waits
for its element by itself (a click, a field filled) needs nothing; what counts or reads gets half a page on a busy
machine, as `count()` says 0 of a list that has not come.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

_OF_LOCATORS = (
    "all", "all_inner_texts", "all_text_contents", "bounding_box", "count", "get_attribute", "inner_html", "inner_text",
    "input_value", "is_checked", "is_hidden", "is_visible", "text_content",
)  # fmt: skip
_OF_PAGES = ("content", "inner_text", "is_visible", "title")


def _once_read(asking: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(asking)
    def ask(self: Locator | Page, *args: Any, **named: Any) -> Any:
        (self if isinstance(self, Page) else self.page).wait_for_load_state("domcontentloaded")
        return asking(self, *args, **named)

    return ask


def ask_whole_pages() -> None:
    """From now on every question about what a page shows waits until the page has been read to its end."""
    for kind, names in ((Locator, _OF_LOCATORS), (Page, _OF_PAGES)):
        for name in names:
            asking = getattr(kind, name)
            if not hasattr(asking, "__wrapped__"):
                setattr(kind, name, _once_read(asking))
