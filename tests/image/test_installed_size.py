"""A kit takes at most 180 MB, and its libraries work without what was pruned."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.installed_size import MOST_MB, lay_libraries, measure, prune

# Each library that has machine code does some of its work.
_WORK = """
import sys
sys.path[:0] = [sys.argv[1]]
import io, Stemmer, libzim.writer, msgspec, nacl.public, nh3, peewee, pypdfium2, zeroconf, zstandard
from PIL import Image
loaded = (Stemmer, libzim, msgspec, nacl, nh3, pypdfium2, zeroconf, Image)
assert all(one.__file__.startswith(sys.argv[1]) for one in loaded)
assert zstandard.ZstdDecompressor().decompress(zstandard.ZstdCompressor().compress(b"x" * 999)) == b"x" * 999
key = nacl.public.PrivateKey.generate()
assert nacl.public.SealedBox(key).decrypt(nacl.public.SealedBox(key.public_key).encrypt(b"nom")) == b"nom"
out = io.BytesIO(); Image.new("RGB", (60, 80)).save(out, "WEBP"); Image.new("RGB", (60, 80)).save(out, "JPEG")
assert nh3.clean("<b onclick=x>a</b>") == "<b>a</b>" and Stemmer.Stemmer("french").stemWord("livres") == "livr"
page = pypdfium2.PdfDocument.new(); page.new_page(100, 100); assert len(page) == 1
assert msgspec.msgpack.decode(msgspec.msgpack.encode([1])) == [1]
print("works")
"""


def test_a_kit_is_small_and_its_pruned_libraries_work(tmp_path: Path) -> None:
    parts = measure(tmp_path)
    assert sum(size for _, size in parts) <= MOST_MB * 1_000_000, parts
    assert not list(tmp_path.rglob("psycopg*"))
    done = subprocess.run(
        [sys.executable, "-S", "-c", _WORK, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "works\n", done.stderr


@pytest.mark.parametrize("name", ["a/tests/test_x.py", "a/__pycache__/x.pyc", "a/x.pyi", "a/x.cpp"])
def test_only_what_no_kit_reads_is_pruned(tmp_path: Path, name: str) -> None:
    for one in (name, "a/x.py", "a/data/fr.txt", "a-1.dist-info/METADATA"):
        (tmp_path / one).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / one).write_text("x")
    prune(tmp_path)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"a/x.py", "a/data/fr.txt", "a-1.dist-info/METADATA"}


def test_the_lock_of_a_kit_is_what_is_weighed(tmp_path: Path) -> None:
    weights = lay_libraries(tmp_path)
    assert {"flask", "libzim", "pillow", "zstandard"} <= set(weights) and "psycopg-binary" not in weights
