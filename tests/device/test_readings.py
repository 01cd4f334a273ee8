"""What a machine tells of itself: read from trees as real machines show them; what it does not tell is not guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.device import readings
from kit.device.readings import Reading
from tests.device.trees import PI_4, WITH_HATS, plant

NAMES = ["temperature", "undervoltage", "memory", "disk", "battery", "clock", "wear", "errors"]


def read(root: Path, reserve: int = 1) -> dict[str, Reading]:
    return {one.name: one for one in readings.read_all(root, root, reserve)}


def test_a_pi_with_nothing_on_it(tmp_path: Path) -> None:
    told = read(plant(tmp_path, PI_4))
    assert list(told) == NAMES
    assert told["temperature"] == Reading("temperature", "ok", 58.426)
    assert told["undervoltage"] == Reading("undervoltage", "ok", 0.0)
    assert told["memory"] == Reading("memory", "ok", 3300512 * 1024, str(3884540 * 1024))
    assert told["errors"] == Reading("errors", "ok", 0)
    assert {told[name].level for name in ("battery", "clock", "wear")} == {"absent"}
    assert readings.board(tmp_path) == "Raspberry Pi 4 Model B Rev 1.4"
    assert readings.uptime_seconds(tmp_path) == 5123.55


def test_hats_are_read_and_a_mouse_is_none_of_ours(tmp_path: Path) -> None:
    told = read(plant(tmp_path, WITH_HATS))
    assert told["battery"] == Reading("battery", "ok", 64.0, "Discharging")
    assert told["clock"] == Reading("clock", "ok", 1.0, "rtc-ds1307 1-0068")
    assert told["wear"] == Reading("wear", "ok", 2, "BJTD4R")


@pytest.mark.parametrize(
    ("file", "text", "name", "level"),
    [
        ("sys/class/thermal/thermal_zone0/temp", "81000\n", "temperature", "warn"),
        ("sys/class/thermal/thermal_zone0/temp", "86100\n", "temperature", "bad"),
        ("sys/class/thermal/thermal_zone0/temp", "not a number\n", "temperature", "absent"),
        ("sys/class/thermal/thermal_zone0/temp", "-274000\n", "temperature", "absent"),
        ("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n", "undervoltage", "bad"),
        ("proc/meminfo", "MemTotal: 3884540 kB\nMemAvailable: 200000 kB\n", "memory", "warn"),
        ("proc/meminfo", "nothing\n", "memory", "absent"),
        ("sys/class/power_supply/max17040/capacity", "15\n", "battery", "warn"),
        ("sys/class/power_supply/max17040/capacity", "5\n", "battery", "bad"),
        ("sys/class/power_supply/max17040/capacity", "255\n", "battery", "absent"),
        ("sys/class/rtc/rtc0/since_epoch", "0\n", "clock", "absent"),
        ("sys/block/mmcblk0/device/life_time", "0x09 0x03\n", "wear", "warn"),
        ("sys/block/mmcblk0/device/life_time", "0x0b 0x0b\n", "wear", "bad"),
        ("sys/block/mmcblk0/device/life_time", "0x00 0x00\n", "wear", "absent"),
        ("sys/fs/ext4/mmcblk0p3/errors_count", "2\n", "errors", "bad"),
    ],
)
def test_what_begins_to_fail_is_told(tmp_path: Path, file: str, text: str, name: str, level: str) -> None:
    assert read(plant(tmp_path, WITH_HATS | {file: text}))[name].level == level


def test_a_battery_that_is_being_charged_is_no_trouble(tmp_path: Path) -> None:
    tree = WITH_HATS | {
        "sys/class/power_supply/max17040/capacity": "4\n",
        "sys/class/power_supply/max17040/status": "Charging\n",
    }
    assert read(plant(tmp_path, tree))["battery"].level == "ok"


def test_a_machine_that_tells_nothing_is_not_guessed_at(tmp_path: Path) -> None:
    told = read(tmp_path)
    assert {name for name, one in told.items() if one.level == "absent"} == set(NAMES) - {"disk"}
    assert readings.board(tmp_path) == "" and readings.uptime_seconds(tmp_path) is None


def test_the_reserve_of_the_disk_is_kept_in_sight(tmp_path: Path) -> None:
    free = read(tmp_path)["disk"].value
    assert free is not None and free > 0
    assert read(tmp_path, int(free) * 2)["disk"].level == "bad"
    assert read(tmp_path, int(free) // 4)["disk"].level == "warn"
    assert readings.disk_bytes(tmp_path / "nowhere", 1).level == "absent"
