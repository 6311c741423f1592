"""The person of the stories (tests/harness/person.py), and what they need for a look that goes on in one process.

Needs python3-gi, gir1.2-atspi-2.0, xdotool.
"""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "harness"))
import person  # noqa: E402

import gi  # noqa: E402

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

click = person.click


def until(what, found, seconds=15.0):
    """What `found` gives, as soon as it gives something."""
    end = time.monotonic() + seconds
    while True:
        value = found()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def windows(title=None):
    """Where the app's windows of this title are, those that are on the screen."""
    return [tuple(window["at"]) for window in person.windows() if title is None or window["title"] == title]


def minimise(title):
    person.xdotool("search", "--onlyvisible", "--name", f"^{title}$", "windowminimize")


def focused():
    return person.xdotool("getwindowfocus", "getwindowname")


def press(*keys):
    person.xdotool("key", "--delay", 80, *keys)


def everything(role=None):
    """Every accessible thing in the app's windows, in reading order."""
    found = []
    try:
        for node in person.everything():
            found.append(node)
    except Exception:  # noqa: BLE001 - It went away while it was read.
        pass
    return [node for node in found if role is None or node.get_role_name() == role]


def text_of(node):
    try:
        return person.words_of(node)
    except Exception:  # noqa: BLE001 - It went away.
        return ""


def reads(words):
    """Whether the words stand anywhere in the app's windows."""
    return [node for node in everything() if words in text_of(node)]


def button(label):
    for node in everything():
        if node.get_role_name() in ("push button", "button") and label in (node.get_name() or ""):
            return node
    return None


def middle_of(node):
    box = Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)
    return box.x + box.width // 2, box.y + box.height // 2
