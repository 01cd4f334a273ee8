"""Series to listen to as podcast feeds (RSS 2.0 with the words that podcast apps know)."""

from __future__ import annotations

from email.utils import format_datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from kit.clock import at
from kit.errors import Problem
from kit.library import queries
from kit.library.queries import Choice, FileView, ItemView
from kit.people.node import the_node
from kit.web.addresses import written_root

blueprint = Blueprint("podcast", __name__)
FEED = "application/rss+xml"
MOST_EPISODES = 500


def feed_url(item: ItemView) -> str:
    """The feed of the series a work is in, or "" for a work alone or one that is not heard."""
    if not item.series or item.kind not in ("audio", "video"):
        return ""
    return f"/podcast.rss?{urlencode({'serie': item.series, 'etagere': item.shelf})}"


@blueprint.get("/podcast.rss")
def podcast() -> Response:
    """One series of a shelf, in its order, each episode with its file."""
    node, asked = the_node(), request.args
    choice = Choice(series=asked.get("serie", "")[:150], shelf=asked.get("etagere", "")[:100])
    items = queries.list_items(node.store, choice, MOST_EPISODES, 0) if choice.series else []
    episodes = [(item, file) for item in items if (file := _heard(item))]
    if not episodes:
        raise Problem("library.not_found")
    base = written_root(node.settings)
    newest = max(item.added_ms for item, _ in episodes)
    text = render_template(
        "library/podcast.xml", episodes=episodes, first=episodes[0][0], base=base, choice=choice, when=_when,
        newest_ms=newest, own_url=base + feed_url(episodes[0][0]),
    )  # fmt: skip
    response = Response(text, content_type=f"{FEED};charset=utf-8")
    response.add_etag()
    response.make_conditional(request)
    return response


def _heard(item: ItemView) -> FileView | None:
    """The file of a work that is listened to or watched."""
    files = queries.list_files(the_node().store, item.item_id)
    return next((one for one in files if one.media_type.startswith(("audio/", "video/"))), None)


def _when(unix_ms: int) -> str:
    """A moment as RFC 5322 writes it."""
    return format_datetime(at(unix_ms))
