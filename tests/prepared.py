"""What every test would otherwise make anew, made once in a run of tests: by the real parts, then copied or remembered.

Half of the suite's time went there: a schema's history applied to each new file, a team's passphrase stretched for each
kit, each page compiled in each kit's own folder.
"""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kit.app import build_node
from kit.keys import primitives
from kit.people import actions as people
from kit.settings import read_settings
from kit.store import Store, open_store
from kit.web.compiled import CompiledPages


def copy_node(source: Path, target: Path) -> Path:
    """A node's data folder together with the marker that proves it is no copy."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    shutil.copyfile(source.with_name(source.name + ".boot"), target.with_name(target.name + ".boot"))
    return target


@contextmanager
def once(folder: Path) -> Iterator[None]:
    """Inside: new files begin as a copy of one with empty tables, a page is compiled for all, a key stretched once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kit.app.open_store", _opens_with_tables(folder / "tables.db"))
        patch.setattr("kit.app.CompiledPages", lambda _own: CompiledPages(str(_made(folder / "pages"))))
        patch.setattr(primitives, "stretch", functools.cache(primitives.stretch))
        yield


def _opens_with_tables(template: Path) -> Callable[..., Store]:
    def open_it(path: Path, timeout_seconds: float = 10, url: str = "", cache_kib: int = 0) -> Store:
        if not url and not path.exists():
            if not template.exists():
                open_store(template).close()
            shutil.copyfile(template, path)
        return open_store(path, timeout_seconds, url, cache_kib)

    return open_it


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


@dataclass
class Teams:
    """Kits whose team is set up, to be copied. The first kit of each test is always the same one, its second another:
    two kits of a test are never copies of one card."""

    base: Path = Path()
    taken: int = 0
    codes: dict[Path, str] = field(default_factory=dict)

    def lay(self, folder: Path, passphrase: str) -> str:
        """Lay a kit of one mediator into `folder`, which must not be one yet; its recovery code."""
        self.taken += 1
        source = self.base / f"{passphrase.partition(' ')[0]}-{self.taken}" / "kit"
        if source not in self.codes:
            node = build_node(read_settings({}, data=source))
            self.codes[source] = people.set_up(node, "Équipe", "mediator", passphrase).recovery_code
            node.store.flush()
            node.store.close()
        copy_node(source, folder)
        return self.codes[source]


TEAMS = Teams()
