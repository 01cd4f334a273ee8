"""Trees of /sys and /proc as real machines show them, below a folder of the test."""

from __future__ import annotations

from pathlib import Path

PI_4 = {
    "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
    "proc/uptime": "5123.55 18211.02\n",
    "proc/meminfo": "MemTotal:        3884540 kB\nMemFree:         2911000 kB\nMemAvailable:    3300512 kB\n",
    "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "sys/class/thermal/thermal_zone0/temp": "58426\n",
    "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
    "sys/class/hwmon/hwmon1/name": "rpi_volt\n",
    "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "0\n",
    "sys/block/mmcblk0/device/name": "SD32G\n",
    "sys/block/mmcblk0/device/type": "SD\n",
    "sys/fs/ext4/mmcblk0p3/errors_count": "0\n",
}
# A battery HAT, a clock HAT, a mouse with a battery of its own, and eMMC instead of a card.
WITH_HATS = PI_4 | {
    "sys/class/power_supply/max17040/type": "Battery\n",
    "sys/class/power_supply/max17040/scope": "System\n",
    "sys/class/power_supply/max17040/status": "Discharging\n",
    "sys/class/power_supply/max17040/capacity": "64\n",
    "sys/class/power_supply/hidpp_battery_0/type": "Battery\n",
    "sys/class/power_supply/hidpp_battery_0/scope": "Device\n",
    "sys/class/power_supply/hidpp_battery_0/capacity": "3\n",
    "sys/class/power_supply/hidpp_battery_0/status": "Discharging\n",
    "sys/class/rtc/rtc0/name": "rtc-ds1307 1-0068\n",
    "sys/class/rtc/rtc0/since_epoch": "1795689200\n",
    "sys/block/mmcblk0/device/name": "BJTD4R\n",
    "sys/block/mmcblk0/device/life_time": "0x02 0x01\n",
}


def plant(root: Path, tree: dict[str, str]) -> Path:
    """Write a tree below `root`."""
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return root
