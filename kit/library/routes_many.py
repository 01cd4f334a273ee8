"""Many works of the desk at once: settle their rights, put them on a shelf, hide them, delete them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import Problem, counted
from kit.errors.kind import fr
from kit.ids import read_text
from kit.library import many, routes_rights
from kit.library.desk_queries import list_ids, list_works
from kit.library.many import MOST, Done
from kit.library.routes_desk import read_listed
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.fields import Fields
from kit.web.pages import size_words, tell

blueprint = Blueprint("many", __name__)
MOST_SHOWN = 200


@blueprint.post("/console/bibliotheque/plusieurs")
@staff_only("library")
def several() -> Response | str:
    """Do something with the works ticked, or with all of the list; deleting is asked twice."""
    ids, do = _ticked(), request.form.get("do", "")
    if not ids:
        tell("warn", fr("Aucun document n’est coché."))
        return _back()
    if do == "rights":
        return routes_rights.rights_page({}, ids)
    if do == "delete":
        return _ask_to_delete(ids)
    if do in ("shelf", "hide", "delete_now"):
        _tell(_DO[do](ids), _WORDS[do])
    return _back()


def _ticked() -> list[bytes]:
    """Raises Problem `library.too_many`."""
    if request.form.get("all"):
        ids = list_ids(the_node().store, read_listed(request.form), MOST + 1)
        if len(ids) > MOST:
            raise Problem("library.too_many", limit=MOST)
        return ids
    return [found for one in request.form.getlist("item")[:MOST] if (found := read_text(one))]


def _back() -> Response:
    asked = {name: value for name in ("voir", "q", "etagere", "sorte", "page") if (value := request.form.get(name, ""))}
    query = f"?{urlencode(asked)}" if asked else ""
    return redirect(f"/console/bibliotheque{query}", 303)  # type: ignore[return-value]


def _ask_to_delete(ids: list[bytes]) -> str:
    store = the_node().store
    shown = list_works(store, ids[:MOST_SHOWN])
    return render_template(
        "library/delete_many.html", ids=ids, items=shown, weight=many.weigh(the_node(), ids), form=request.form
    )


def _shelve(ids: list[bytes]) -> Done:
    fields = Fields(request.form)
    shelf = fields.text("shelf", 100)
    if fields.problems or not shelf:
        tell("bad", fr("Écrivez le nom de l’étagère (100 signes au plus)."))
        return Done(0, 0)
    return many.put_on_shelf(the_node(), current_staff(), ids, shelf)


def _hide(ids: list[bytes]) -> Done:
    return many.hide_many(the_node(), current_staff(), ids)


def _delete(ids: list[bytes]) -> Done:
    return many.delete_many(the_node(), current_staff(), ids)


_DO: Mapping[str, Callable[[list[bytes]], Done]] = {"shelf": _shelve, "hide": _hide, "delete_now": _delete}
_WORDS = {
    "shelf": (fr("%s document changé d’étagère."), fr("%s documents changés d’étagère.")),
    "hide": (fr("%s document caché."), fr("%s documents cachés.")),
    "delete_now": (fr("%s document supprimé."), fr("%s documents supprimés.")),
}


def _tell(done: Done, words: tuple[str, str]) -> None:
    if done.count:
        freed = (
            fr(" %(freed_bytes)s libérés.") % {"freed_bytes": size_words(done.freed_bytes)} if done.freed_bytes else ""
        )
        later = fr(" Leurs fichiers seront effacés quand le chargement en cours aura fini.") if done.is_later else ""
        tell("ok", f"{counted(done.count, *words)}{freed}{later}")
    if done.refused:
        tell("warn", routes_rights.refused_words(done.refused))
