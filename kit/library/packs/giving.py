"""Giving on a pack that is installed here, as it came: as one file, on a key, or slice by slice to a neighbour."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.library.packs import bag, kept, keys_on_hand, making
from kit.library.packs.queries import Pack, find_pack
from kit.people.node import Node
from kit.usb import list_keys
from kit.web.pages import size_words


def list_givable(node: Node, packs: Sequence[Pack]) -> dict[str, int]:
    """Which of these installations can be given on: their bytes as one file, by the id in addresses."""
    found = {pack.text_id: kept.find(node.data, pack.install_id) for pack in packs if not pack.is_undone}
    return {text_id: recipe.size_bytes for text_id, recipe in found.items() if recipe is not None}


def get_recipe(node: Node, text_id: str) -> kept.Recipe:
    """How the file of an installed pack is put together. Raises Problem `packs.not_kept`."""
    pack = find_pack(node.store, read_text(text_id) or b"")
    recipe = kept.find(node.data, pack.install_id) if pack is not None and not pack.is_undone else None
    if recipe is None:
        raise Problem("packs.not_kept")
    return recipe


def copy_to_key(node: Node, recipe: kept.Recipe, key: str) -> str:
    """Write a pack's file on the marked key of this address; the words for what came of it.

    Raises Problem `packs.no_write`, or `packs.*` when what is read back differs.
    """
    place = next((one for one in list_keys(node.settings.keys_folder) if str(one) == key), None)
    if place is None:
        raise Problem("packs.no_write", reason=fr("clé retirée"))
    if shutil.disk_usage(place).free < recipe.size_bytes:
        raise Problem("packs.no_write", reason=fr("elle est pleine"))
    written = kept.copy_to(
        node.data, recipe, place / keys_on_hand.FOLDER, lambda path: making.check_whole(bag.open_source(path))
    )
    size = size_words(recipe.size_bytes)
    return fr("« %(name)s » est sur la clé %(name2)s, relu : %(size)s. Une autre valise peut l’installer.") % {
        "name": written.name,
        "name2": place.parent.name,
        "size": size,
    }
