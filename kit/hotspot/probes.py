"""What each system asks a network first, to learn whether a window must be opened: one table, each row with its source.

A probe gets the answer it waits for (`success`) once its phone may stay, and before that a redirection to the window.
Sources are named by who wrote what was read: a program's own text, its maker's page, or a project that tried phones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

ANY = ""  # whatever path, or whatever host


class Success(msgspec.Struct, frozen=True):
    """What a system reads as « there is Internet »."""

    status: int = 204
    body: str = ""
    kind: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()


class Probe(msgspec.Struct, frozen=True):
    """One address a system asks for. An empty `path` (or `host`) stands for any."""

    system: str
    host: str
    path: str
    success: Success
    source: str


NOTHING = Success()
APPLE = Success(200, "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>", "text/html")
MANAGER = Success(200, "NetworkManager is online\n", headers=(("X-NetworkManager-Status", "online"),))
KINDLE = Success(200, "<html><body>\n81ce4465-7167-4dcb-835b-dcc9e44c112a\n</body></html>\n", "text/html")
FIREFOX_PAGE = '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'

_CNA = "ConnectBox/connectbox-pi python/captive_portal/manager.py; revk.uk, Captive portals (apple), 2016"
_AOSP = "AOSP frameworks/base NetworkMonitor.java, DEFAULT_*_URL"
_CHINA = "liudf0716/apfree-wifidog, captive_entries"
_NCSI = "learn.microsoft.com, NCSI overview; ctrl.blog, network-connection-http-checks"
_EDGE = "learn.microsoft.com, captive portals; the browser's own probe"
_ALEXA = "alexa/avs-device-sdk InternetConnectionMonitor.cpp"
_FIREFOX = "Firefox preferences captivedetect.canonicalURL, network.connectivity-service.IPv4.url"

TABLE: tuple[Probe, ...] = (
    Probe("apple", "captive.apple.com", ANY, APPLE, _CNA),
    Probe("apple", "www.apple.com", "/library/test/success.html", APPLE, _CNA),
    Probe("apple", "www.appleiphonecell.com", ANY, APPLE, "cloud4wi.zendesk.com, iOS 7 to 9 and OS X"),
    Probe("apple", "www.itools.info", ANY, APPLE, "cloud4wi.zendesk.com, iOS 7 to 9 and OS X"),
    Probe("apple", "www.ibook.info", ANY, APPLE, "cloud4wi.zendesk.com, iOS 7 to 9 and OS X"),
    Probe("apple", "www.airport.us", ANY, APPLE, "cloud4wi.zendesk.com, iOS 7 to 9 and OS X"),
    Probe("apple", "www.thinkdifferent.us", ANY, APPLE, "cloud4wi.zendesk.com, iOS 7 to 9 and OS X"),
    Probe("android", "connectivitycheck.gstatic.com", "/generate_204", NOTHING, _AOSP),
    Probe("android", "connectivitycheck.android.com", "/generate_204", NOTHING, "AOSP, WifiWatchdogStateMachine"),
    Probe("android", "clients3.google.com", "/generate_204", NOTHING, "AOSP, CaptivePortalTracker (to Android 6)"),
    Probe("android", "www.google.com", "/gen_204", NOTHING, _AOSP),
    Probe("android", "play.googleapis.com", "/generate_204", NOTHING, _AOSP),
    Probe("chrome", "www.gstatic.com", "/generate_204", NOTHING, "chromium.org, network-portal-detection"),
    Probe("samsung", "connectivity.samsung.com.cn", "/generate_204", NOTHING, "Samsung's NetworkMonitor, ..._CHINA"),
    Probe("huawei", "connectivitycheck.platform.hicloud.com", "/generate_204", NOTHING, _CHINA),
    Probe("huawei", "connectivitycheck.cbg-app.huawei.com", "/generate_204", NOTHING, _CHINA),
    Probe("xiaomi", "connect.rom.miui.com", "/generate_204", NOTHING, _CHINA),
    Probe("android", "wifi.vivo.com.cn", "/generate_204", NOTHING, "seen in programs that ask the same address"),
    Probe("android", "conn1.oppomobile.com", "/generate_204", NOTHING, _CHINA),
    Probe("windows", "www.msftconnecttest.com", "/connecttest.txt", Success(200, "Microsoft Connect Test"), _NCSI),
    Probe("windows", "ipv6.msftconnecttest.com", "/connecttest.txt", Success(200, "Microsoft Connect Test"), _NCSI),
    Probe("windows", "www.msftncsi.com", "/ncsi.txt", Success(200, "Microsoft NCSI"), _NCSI),
    Probe("windows", "edge-http.microsoft.com", "/captiveportal/generate_204", NOTHING, _EDGE),
    Probe("firefox", "detectportal.firefox.com", "/canonical.html", Success(200, FIREFOX_PAGE, "text/html"), _FIREFOX),
    Probe("firefox", "detectportal.firefox.com", "/success.txt", Success(200, "success\n"), _FIREFOX),
    Probe("kindle", "spectrum.s3.amazonaws.com", "/kindle-wifi/wifistub.html", KINDLE, _ALEXA),
    Probe(
        "kindle", "spectrum.s3.amazonaws.com", "/kindle-wifi/wifistub-eink.html", KINDLE, "kindles of today, as tried"
    ),
    Probe(
        "kindle", "fireoscaptiveportal.com", "/generate_204", NOTHING, "Fire OS, as captive-portal libraries list it"
    ),
    Probe("linux", "nmcheck.gnome.org", "/check_network_status.txt", MANAGER, "GNOME's NetworkManager settings"),
    Probe("linux", "network-test.debian.org", "/nm", MANAGER, "Debian, network-manager-config-connectivity-debian"),
    Probe(
        "linux", "connectivity-check.ubuntu.com", "/", Success(204, headers=MANAGER.headers), "Ubuntu's same package"
    ),
    Probe("linux", "fedoraproject.org", "/static/hotspot.txt", Success(200, "OK\n"), "Fedora, 20-connectivity-fedora"),
    Probe("linux", "ping.archlinux.org", "/nm-check.txt", MANAGER, "Arch, networkmanager PKGBUILD"),
    Probe("linux", "conncheck.opensuse.org", "/", MANAGER, "openSUSE, NetworkManager-branding-openSUSE"),
    Probe("linux", "networkcheck.kde.org", "/", Success(200, "OK\n"), "KDE, plasma-nm; probe lists of today"),
    # Makers give the same question names of their own every year.
    Probe("android", ANY, "/generate_204", NOTHING, _AOSP),
    Probe("android", ANY, "/gen_204", NOTHING, _AOSP),
)

WORDS: Mapping[str, str] = {
    "apple": "iPhone, iPad, Mac", "android": "Android", "samsung": "Samsung", "huawei": "Huawei, Honor",
    "xiaomi": "Xiaomi, Redmi", "chrome": "Chromebook, Chrome", "windows": "Windows", "firefox": "Firefox",
    "kindle": "Kindle, Fire", "linux": "Linux", "": "Autre",
}  # fmt: skip

_EXACT = {(probe.host, probe.path): probe for probe in reversed(TABLE) if probe.host}
_OF_PATH = {probe.path: probe for probe in TABLE if not probe.host}
_AGENTS: Sequence[tuple[str, str]] = (
    (r"CaptiveNetworkSupport|iPhone|iPad|iPod|Macintosh", "apple"),
    (r"Kindle|Silk|\bKF[A-Z]{2,4}\b", "kindle"),
    (r"Samsung|\bSM-[A-Z]", "samsung"),
    (r"Huawei|Honor", "huawei"),
    (r"Xiaomi|Redmi|MIUI|\bPOCO\b", "xiaomi"),
    (r"Android|Dalvik", "android"),
    (r"Windows|Microsoft NCSI", "windows"),
    (r"CrOS", "chrome"),
    (r"Linux|X11", "linux"),
)


def find_probe(host: str, path: str, agent: str = "") -> Probe | None:
    """The probe this request is, or None. Apple's prober names itself whatever it asks for."""
    found = _EXACT.get((host, path)) or _EXACT.get((host, ANY)) or _OF_PATH.get(path)
    return found or (TABLE[0] if "CaptiveNetworkSupport" in agent else None)


def guess_system(agent: str) -> str:
    """The system behind a `User-Agent`; "" when nothing is recognised."""
    return next((system for pattern, system in _AGENTS if re.search(pattern, agent, re.IGNORECASE)), "")


def is_window(agent: str) -> bool:
    """True for the little window that a system opens by itself: no tabs, no downloads, no file picker.

    Apple's has WebKit's name but not Safari's; Android's is a web view (« wv », developer.chrome.com, WebView).
    """
    is_apple = guess_system(agent) == "apple" and "Safari/" not in agent and "Firefox/" not in agent
    return is_apple or ("Android" in agent and "; wv)" in agent)
