"""Makes kit/directory/france.json from outlines of departments and communes: the small map that needs no Internet.

Usage: .venv/bin/python -m scripts.draw_france DEPARTMENTS.geojson COMMUNES.geojson...
Outlines are laid on a grid, so that neighbours still share their border. Source of the data: IGN Admin Express COG,
INSEE (2018), by gregoiredavid/france-geojson, Licence Ouverte.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "kit" / "directory" / "france.json"
STEPS = 120  # of the grid, in a degree: less than 1 km from south to north
SMALLEST = 4  # corners of a ring that is still drawn


def rings(feature: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """The outer rings of a feature, as (longitude, latitude)."""
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(x, y) for x, y, *_ in polygon[0]] for polygon in polygons]


def to_grid(ring: list[tuple[float, float]]) -> list[int]:
    """A ring on the grid, without repeats and corners in line: x, y, x, y..."""
    kept: list[tuple[int, int]] = []
    for x, y in ring:
        point = round(x * STEPS), round(y * STEPS)
        if kept and kept[-1] == point:
            continue
        while len(kept) > 1 and is_straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return [number for point in kept for number in point] if len(kept) >= SMALLEST else []


def is_straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    """True when b adds nothing between a and c."""
    return (b[0] - a[0]) * (c[1] - a[1]) == (c[0] - a[0]) * (b[1] - a[1])


def middle(feature: dict[str, Any]) -> list[float]:
    """The centre of the box around a feature's largest ring: latitude, longitude."""
    ring = max(rings(feature), key=len)
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return [round((min(ys) + max(ys)) / 2, 3), round((min(xs) + max(xs)) / 2, 3)]


def main() -> None:
    """Write the file."""
    departments, *communes = [json.loads(Path(name).read_text("utf-8"))["features"] for name in sys.argv[1:]]
    outlines = {
        one["properties"]["code"]: [one["properties"]["nom"], [grid for ring in rings(one) if (grid := to_grid(ring))]]
        for one in departments
    }
    middles = {one["properties"]["code"]: [one["properties"]["nom"], *middle(one)] for many in communes for one in many}
    whole = {
        "credit": "IGN Admin Express, INSEE (2018), Licence Ouverte",
        "steps": STEPS,
        "departments": outlines,
        "communes": dict(sorted(middles.items())),
    }
    TARGET.write_text(json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(TARGET.name, TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
