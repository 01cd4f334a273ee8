"""What the machine tells of itself: temperature, power, memory, disk, battery, clock, wear of the card.

All of it is read from /sys and /proc below `root`: a tree copied from a real machine reads the same. What a machine
does not tell has the level `absent`: nothing is guessed. Sources: Documentation/ABI/testing/sysfs-class-thermal,
-hwmon, -power, -rtc, sysfs-fs-ext4 and sysfs-bus-mmc of the Linux kernel; MMC registers of JEDEC JESD84-B51.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

HOT, TOO_HOT = 80.0, 85.0  # a Raspberry Pi slows down at 80 °C, and harder at 85
LITTLE_BATTERY, NO_BATTERY = 20, 8  # per cent
LITTLE_MEMORY = 0.08
WORN, WORN_OUT = 9, 11  # tenths of the life the maker promised (JESD84-B51, DEVICE_LIFE_TIME_EST)
MUCH_RESERVE = 8  # times the reserve: below, the disk is filling


class Reading(msgspec.Struct, frozen=True):
    """One thing the machine told. `level`: ok, warn, bad, or absent; `value` as its name says, None when absent."""

    name: str
    level: str
    value: float | None = None
    detail: str = ""


def read_all(root: Path, data: Path, reserve_bytes: int) -> list[Reading]:
    """Everything, always the same names in the same order."""
    return [
        temperature_celsius(root), undervoltage(root), memory_bytes(root), disk_bytes(data, reserve_bytes),
        battery_percent(root), has_clock(root), card_wear_tenths(root), disk_errors(root),
    ]  # fmt: skip


def board(root: Path) -> str:
    """What the machine calls itself, or nothing."""
    for place in ("proc/device-tree/model", "sys/firmware/devicetree/base/model", "sys/class/dmi/id/product_name"):
        if name := _text(root / place):
            return name
    return ""


def uptime_seconds(root: Path) -> float | None:
    """How long the machine has run."""
    told = _text(root / "proc/uptime").split()
    return _number(told[0]) if told else None


def temperature_celsius(root: Path) -> Reading:
    """The hottest of the processor's sensors."""
    told = [_number(_text(place)) for place in sorted((root / "sys/class/thermal").glob("thermal_zone*/temp"))]
    degrees = [one / 1000 for one in told if one is not None and -40_000 < one < 150_000]
    if not degrees:
        return Reading("temperature", "absent")
    hottest = max(degrees)
    return Reading("temperature", "bad" if hottest >= TOO_HOT else "warn" if hottest >= HOT else "ok", hottest)


def undervoltage(root: Path) -> Reading:
    """1.0 when the supply has been too weak since the start (the Pi's firmware says so through `rpi_volt`)."""
    for sensor in sorted((root / "sys/class/hwmon").glob("hwmon*")):
        if _text(sensor / "name") == "rpi_volt":
            alarm = _number(_text(sensor / "in0_lcrit_alarm"))
            if alarm is not None:
                return Reading("undervoltage", "bad" if alarm else "ok", alarm)
    return Reading("undervoltage", "absent")


def memory_bytes(root: Path) -> Reading:
    """Memory that programs may still have; `detail`: all there is."""
    told = dict(line.split(":", 1) for line in _text(root / "proc/meminfo").splitlines() if ":" in line)
    total, free = (_number(told.get(name, "").split(" kB")[0]) for name in ("MemTotal", "MemAvailable"))
    if not total or free is None:
        return Reading("memory", "absent")
    return Reading("memory", "warn" if free < total * LITTLE_MEMORY else "ok", free * 1024, str(int(total * 1024)))


def disk_bytes(data: Path, reserve_bytes: int) -> Reading:
    """Room for the kit's data; below the reserve only staff can still act. `detail`: the size of the disk."""
    try:
        told = os.statvfs(data)
    except OSError:
        return Reading("disk", "absent")
    free, size = told.f_bavail * told.f_frsize, told.f_blocks * told.f_frsize
    level = "bad" if free < reserve_bytes else "warn" if free < reserve_bytes * MUCH_RESERVE else "ok"
    return Reading("disk", level, free, str(size))


def battery_percent(root: Path) -> Reading:
    """The battery with the least left; `detail`: its status. A mouse's own battery (scope Device) is none of ours."""
    found = sorted(_batteries(root / "sys/class/power_supply"))
    if not found:
        return Reading("battery", "absent")
    percent, status = found[0]
    is_draining = status == "Discharging"
    level = (
        "bad" if is_draining and percent < NO_BATTERY else "warn" if is_draining and percent < LITTLE_BATTERY else "ok"
    )
    return Reading("battery", level, percent, status)


def _batteries(supplies: Path) -> Iterator[tuple[float, str]]:
    for supply in supplies.glob("*"):
        if _text(supply / "type") == "Battery" and _text(supply / "scope") != "Device":
            percent = _number(_text(supply / "capacity"))
            if percent is not None and 0 <= percent <= 100:
                yield percent, _text(supply / "status")


def has_clock(root: Path) -> Reading:
    """1.0 when the machine has a clock that runs while it is off; `detail`: which."""
    for clock in sorted((root / "sys/class/rtc").glob("rtc*")):
        if _number(_text(clock / "since_epoch")):
            return Reading("clock", "ok", 1.0, _text(clock / "name"))
    return Reading("clock", "absent")


def card_wear_tenths(root: Path) -> Reading:
    """How many tenths of its promised life a card has used. SD cards do not tell; eMMC and a few others do."""
    for card in sorted((root / "sys/block").glob("mmcblk*")):
        told = [_hexadecimal(one) for one in _text(card / "device/life_time").split()]
        tenths = max((one for one in told if one is not None), default=0)
        if 0 < tenths <= WORN_OUT:
            level = "bad" if tenths >= WORN_OUT else "warn" if tenths >= WORN else "ok"
            return Reading("wear", level, tenths, _text(card / "device/name"))
    return Reading("wear", "absent")


def disk_errors(root: Path) -> Reading:
    """How many errors the file systems remember: a card that begins to fail says so here first."""
    told = [_number(_text(place)) for place in sorted((root / "sys/fs/ext4").glob("*/errors_count"))]
    counts = [one for one in told if one is not None]
    if not counts:
        return Reading("errors", "absent")
    return Reading("errors", "bad" if sum(counts) else "ok", sum(counts))


def _text(path: Path) -> str:
    try:
        return path.read_bytes()[:65536].decode("utf-8", "replace").strip("\0\n ")
    except OSError:
        return ""


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _hexadecimal(text: str) -> int | None:
    try:
        return int(text, 16)
    except ValueError:
        return None
