"""Writes what the card holds (CycloneDX 1.5) and under which licences. Usage: papers.py WORK OUT ARCH VERSION EPOCH.

Debian's packages tell it in dpkg's status and their copyright files, Python's in their METADATA.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime, timezone
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

LICENCE = re.compile(r"^License: *(\S.*)$", re.MULTILINE)


def debian(root: Path, controls: list[Path]) -> list[dict[str, Any]]:
    """Packages set up in the tree, and those only unpacked (kernel, firmware, loader)."""
    texts = (root / "var/lib/dpkg/status").read_text("utf-8").split("\n\n") + [
        one.read_text("utf-8") for one in controls
    ]
    found = []
    for text in texts:
        fields = HeaderParser().parsestr(text)
        if not fields["Package"] or "deinstall" in (fields["Status"] or ""):
            continue
        name, version = fields["Package"], fields["Version"]
        doc = root / "usr/share/doc" / ("kernel" if name.startswith("linux-image") else name) / "copyright"
        licences = sorted(set(LICENCE.findall(doc.read_text("utf-8", "replace")))) if doc.is_file() else []
        found.append(
            component(name, version, f"pkg:deb/debian/{name}@{version}?arch={fields['Architecture']}", licences)
        )
    return found


def python(app: Path) -> list[dict[str, Any]]:
    """Python packages beside the application."""
    found = []
    for path in sorted(app.glob("*.dist-info/METADATA")):
        fields = HeaderParser().parsestr(path.read_text("utf-8"))
        licence = fields["License-Expression"] or (fields["License"] or "").split("\n")[0][:80]
        if not licence:
            kinds = [one for one in fields.get_all("Classifier", []) if one.startswith("License ::")]
            licence = " / ".join(one.rpartition(" :: ")[2] for one in kinds)
        name, version = fields["Name"], fields["Version"]
        found.append(component(name, version, f"pkg:pypi/{name.lower()}@{version}", [licence] if licence else []))
    return found


def component(name: str, version: str, purl: str, licences: list[str]) -> dict[str, Any]:
    """One part, as CycloneDX writes it."""
    told = [{"license": {"name": one}} for one in licences]
    return {"type": "library", "name": name, "version": version, "purl": purl, "licenses": told}


def main(work: Path, out: Path, arch: str, version: str, epoch: int) -> None:
    """Write both papers."""
    root = work / "root"
    parts = debian(root, sorted(work.glob("*.control"))) + python(root / "usr/lib/valise/app")
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, timezone.utc).isoformat(),
            "component": {"type": "operating-system", "name": f"valise-nomade-{arch}", "version": version},
        },
        "components": parts,
    }
    (out / f"valise-{arch}.sbom.json").write_text(json.dumps(bill, indent=1, ensure_ascii=False), "utf-8")
    lines = [
        f"{one['name']} {one['version']}: {', '.join(x['license']['name'] for x in one['licenses']) or 'see its copyright file'}"
        for one in parts
    ]
    (out / f"valise-{arch}.licences.txt").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]))
