"""Having something printed: a visitor asks, the team prints. Without a printer the page says whom to ask."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.device import ipp
from kit.errors import Problem
from kit.errors.kind import fr
from kit.front import printing
from kit.library.serving import visible_file
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import tell

blueprint = Blueprint("printing", __name__)
PAGE = "/console/imprimante"


@blueprint.get("/imprimer/<text_id>/<int:number>")
def ask_page(text_id: str, number: int) -> str:
    """What would be printed, or whom to ask. Raises Problem `printing.cannot`."""
    item, found = visible_file(text_id, number)
    node = the_node()
    pages, has_printer = printing.count_pages(node, found), bool(printing.find_printer(node))
    return render_template(
        "front/ask_print.html", item=item, number=number, pages=pages, has_printer=has_printer,
        most=printing.MOST_PAGES, asked=None,
    )  # fmt: skip


@blueprint.post("/imprimer/<text_id>/<int:number>")
def ask(text_id: str, number: int) -> str:
    """Note the request; its number is told. Raises Problem like `printing.ask`."""
    item, found = visible_file(text_id, number)
    made = printing.ask(the_node(), item, found)
    return render_template("front/ask_print.html", item=item, number=number, pages=made.pages, asked=made)


@blueprint.get(PAGE)
@staff_only("box")
def printer_page() -> str:
    """The printer, and what waits. `chercher`: listen to the network for printers (some seconds)."""
    return _page(near=printing.find_near() if "chercher" in request.args else None)


def _page(near: object = None, address: str = "", problem: Problem | None = None) -> str:
    node = the_node()
    url, printer, silence = printing.find_printer(node), None, None
    if url:
        try:
            printer = ipp.read_printer(url)
        except Problem as refusal:
            silence = refusal
    return render_template(
        "front/printer.html", url=url, printer=printer, silence=silence, asked=printing.list_asked(node), near=near,
        address=address, problem=problem, most_copies=printing.MOST_COPIES,
    )  # fmt: skip


@blueprint.post(f"{PAGE}/choisir")
@staff_only("box")
def choose() -> Response | tuple[str, int]:
    """Keep the printer's address, once it has answered."""
    address = request.form.get("adresse", "")[:300]
    try:
        printing.choose_printer(the_node(), address)
    except Problem as problem:
        return _page(address=address, problem=problem), problem.status
    is_chosen = fr("L’imprimante a répondu : elle est choisie.")
    tell("ok", is_chosen if address.strip() else fr("Plus aucune imprimante n’est choisie."))
    return redirect(PAGE, 303)  # type: ignore[return-value]


@blueprint.post(f"{PAGE}/<int:number>")
@staff_only("box")
def settle(number: int) -> Response:
    """Print a request, or take it off the list. What the printer refuses stays in the list."""
    node = the_node()
    try:
        if request.form.get("do") == "remove":
            printing.remove(node, number)
            tell("ok", fr("La demande %(number)s est retirée.") % {"number": number})
        else:
            printing.print_asked(node, number, request.form.get("copies", 1, type=int))
            tell("ok", fr("La demande %(number)s est partie à l’imprimante.") % {"number": number})
    except Problem as problem:
        tell("bad", str(problem))
    return redirect(PAGE, 303)  # type: ignore[return-value]
