"""Macros imported without the context of a page are made once and kept: what they say may hang on no page."""

from __future__ import annotations

import re

from jinja2 import meta, nodes

from kit.app import create_app
from kit.people.node import Node

_IMPORTED = re.compile(r'{%-?\s*(?:import|from)\s+"([^"]+)"([^%]*)%}')


def test_macros_that_are_kept_need_nothing_of_a_page(kit_node: Node) -> None:
    env = create_app(kit_node.settings, kit_node).jinja_env
    assert env.loader is not None
    pages = {name: env.loader.get_source(env, name)[0] for name in env.list_templates()}
    kept = {
        name for source in pages.values() for name, how in _IMPORTED.findall(source) if "with context" not in how
    }  # fmt: skip
    assert "shared/macros.html" in kept
    for name in sorted(kept):
        tree = env.parse(pages[name])
        made = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "store"}
        missing = meta.find_undeclared_variables(tree) - made - set(env.globals)
        assert not missing, f"{name} needs {sorted(missing)}: import it `with context`, or give them as arguments"
