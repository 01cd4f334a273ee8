"""What the programs of the hotspot are told: from settings to text, and read by the programs themselves."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kit.errors import Problem
from kit.hotspot import configs
from kit.hotspot.advertise import advertisement
from kit.settings import read_settings
from tests.hotspot.plans import GIVEN, KEY, STAFF_KEY, plan, settings
from tests.served import valise


def run(*words: str, given: str | None = None) -> str:
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


# -- settings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"hotspot": ""}, "hotspot.none"),
        ({"hotspot": "wlan0; reboot"}, "hotspot.bad_setting"),
        ({"hotspot_name": "valise"}, "hotspot.bad_setting"),
        ({"hotspot_name": "valise.lan\naddress=/x/1.2.3.4"}, "hotspot.bad_setting"),
        ({"hotspot_address": "10.42.0.1"}, "hotspot.bad_setting"),
        ({"hotspot_address": "10.42.0.200/24"}, "hotspot.bad_setting"),
        ({"hotspot_address": "chez moi"}, "hotspot.bad_setting"),
        ({"wifi_name": ""}, "hotspot.bad_setting"),
        ({"wifi_name": "é" * 17}, "hotspot.bad_setting"),
        ({"wifi_name": "La\nValise"}, "hotspot.bad_setting"),
        ({"wifi_country": "fr"}, "hotspot.bad_setting"),
        ({"wifi_channel": 14}, "hotspot.bad_setting"),
        ({"wifi_channel": 13, "wifi_country": "US"}, "hotspot.bad_setting"),
        ({"wifi_most": 0}, "hotspot.bad_setting"),
        ({"wifi_key": ""}, "hotspot.weak_key"),
        ({"wifi_key": "sept777"}, "hotspot.weak_key"),
        ({"wifi_key": "clé-de-la-salle"}, "hotspot.weak_key"),
        ({"wifi_key": " huitsigne"}, "hotspot.weak_key"),
        ({"wifi_staff_key": "court"}, "hotspot.weak_key"),
        ({"wifi_staff_key": KEY}, "hotspot.same_key"),
        ({"staff_networks": ""}, "hotspot.no_staff_network"),
        ({"staff_networks": "fe80::/10"}, "hotspot.no_staff_network"),
        ({"staff_networks": "10.42.0.192/26"}, "hotspot.bad_setting"),
    ],
)
def test_settings_that_no_hotspot_can_keep_are_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(Problem) as refusal:
        plan(**given)
    assert refusal.value.code == code
    assert str(refusal.value)


def test_a_network_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refusal:
        read_settings({}, data=tmp_path, staff_networks="10.43.0.0/26 le câble")
    assert refusal.value.code == "start.bad_setting"


def test_a_team_without_a_key_of_its_own_needs_no_network() -> None:
    made = plan(wifi_staff_key="", staff_networks="")
    assert made.staff is None
    assert "staff" not in configs.nftables(made)
    assert configs.hostapd_keys(made) == f"00:00:00:00:00:00 {KEY}\n"


# -- what stands in them ------------------------------------------------------------------------------------------


def test_keys_stand_where_only_root_reads_them() -> None:
    made = plan()
    assert configs.hostapd_keys(made).splitlines() == [
        f"keyid=equipe 00:00:00:00:00:00 {STAFF_KEY}",
        f"00:00:00:00:00:00 {KEY}",
    ]
    for name, one in configs.FILES.items():
        if one.mode & 0o077:
            text = one.make(plan(wifi_security="wpa3"))
            assert KEY not in text, name
            assert STAFF_KEY not in text, name


def test_phones_are_kept_apart_and_counted() -> None:
    name = 'L’"Été" $1'
    lines = configs.hostapd(plan(wifi_most=8, wifi_name=name)).splitlines()
    assert {"ap_isolate=1", "max_num_sta=8", "wpa=2", "rsn_pairwise=CCMP", "hw_mode=g"} <= set(lines)
    assert f"ssid2={name.encode().hex()}" in lines
    assert not [line for line in lines if "SAE" in line]


def test_five_gigahertz_and_wpa3_when_asked() -> None:
    lines = configs.hostapd(plan(wifi_channel=52, wifi_security="wpa3")).splitlines()
    assert {"hw_mode=a", "channel=52", "ieee80211ac=1", "ieee80211h=1", f"sae_password={KEY}"} <= set(lines)
    assert "ieee80211h=1" not in configs.hostapd(plan(wifi_channel=36))


def test_the_portal_is_told_to_phones_in_both_ways() -> None:
    made = plan(hotspot_name="biblio.lan")
    assert "dhcp-option=114,http://biblio.lan/portail/api" in configs.dnsmasq(made).splitlines()
    assert advertisement(configs.portal_url(made).strip())[16:18] == bytes([37, 4])
    assert configs.portal_url(made) == "http://biblio.lan/portail/api\n"


def test_nothing_that_names_a_phone_is_laid_outside_memory() -> None:
    made = plan()
    text = configs.dnsmasq(made) + configs.hostapd(made)
    paths = [
        word for line in text.splitlines() for word in line.split("=")[1:] if word.startswith("/") and "#" not in word
    ]
    assert [path for path in paths if not path.startswith("/run/") and "msftncsi" not in path] == []
    assert "quiet-dhcp" in text


# -- read by the programs themselves ------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"wifi_staff_key": "", "staff_networks": ""}], ids=["team", "no team"])
def test_nftables_takes_the_rules_and_refuses_broken_ones(given: dict[str, object]) -> None:
    rules = configs.nftables(plan(**given))
    words = ("unshare", "--net", "nft", "-f", "-")
    run(*words, given=rules)
    broken = subprocess.run(
        words, input=rules.replace("policy drop", "policy perhaps"), capture_output=True, text=True, check=False
    )
    assert broken.returncode, "a broken ruleset must be told"


def test_loading_the_rules_again_keeps_one_table(tmp_path: Path) -> None:
    path = tmp_path / "rules.nft"
    path.write_text(configs.nftables(plan()), "utf-8")
    said = run("unshare", "--net", "sh", "-c", 'nft -f "$0" && nft -f "$0" && nft list ruleset', str(path))
    assert said.count("chain forward {") == 1


def test_dnsmasq_takes_its_file(tmp_path: Path) -> None:
    path = tmp_path / "dnsmasq.conf"
    path.write_text(configs.dnsmasq(plan()), "utf-8")
    assert "OK" in run("dnsmasq", "--test", f"--conf-file={path}")


@pytest.mark.parametrize("given", [{}, {"wifi_channel": 36}, {"wifi_security": "wpa3"}], ids=["2.4", "5", "wpa3"])
def test_hostapd_understands_every_line(tmp_path: Path, given: dict[str, object]) -> None:
    """There is no radio in this network: it stops there, after reading. A line it does not know is named before."""

    def said(text: str) -> str:
        path = tmp_path / "hostapd.conf"
        path.write_text(text.replace("/run/valise", str(tmp_path)), "utf-8")
        words = ["unshare", "--net", "hostapd", str(path)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)
        return done.stdout + done.stderr

    text = configs.hostapd(plan(**given))
    assert "Line " not in said(text), said(text)
    assert "Line 1: unknown configuration item" in said("nonsense=1\n" + text)


def test_the_script_of_the_teams_door_is_plain_shell(tmp_path: Path) -> None:
    path = tmp_path / "staff-door"
    path.write_text(configs.staff_door(plan()), "utf-8")
    run("sh", "-n", str(path))


# -- the command --------------------------------------------------------------------------------------------------


def test_the_command_writes_every_file_for_the_right_eyes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(f"VALISE_{name.upper()}", str(value))
    folder = tmp_path / "made"
    for _ in range(2):
        valise(tmp_path / "kit", "hotspot", "config", str(folder))
    assert {path.name for path in folder.iterdir()} == set(configs.FILES)
    assert (folder / "hostapd.wpa_psk").stat().st_mode & 0o777 == 0o600
    assert (folder / "staff-door").stat().st_mode & 0o777 == 0o755
    assert (folder / "dnsmasq.conf").read_text("utf-8") == configs.dnsmasq(plan())
    assert not (tmp_path / "kit").exists(), "no node is opened for it"
    said = valise(tmp_path / "kit", "hotspot", "config", "/proc/nowhere", expect=1)
    assert "hotspot.cannot_write" in said
    monkeypatch.setenv("VALISE_HOTSPOT", "")
    assert "hotspot.none" in valise(tmp_path / "kit", "hotspot", "config", str(folder), expect=1)


def test_the_defaults_hold_no_secret() -> None:
    given = read_settings({}, data=Path("/nowhere"))
    assert (given.wifi_key, given.wifi_staff_key) == ("", "")
    assert settings().wifi_country == "FR"
