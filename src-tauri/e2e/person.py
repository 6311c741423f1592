"""The person at the screen: reads windows through the accessibility bus and presses keys and buttons as a hand would.

Needs python3-gi, gir1.2-atspi-2.0, xdotool.
"""

import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

APP = "keyholder-desktop"


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
    """The X windows of the app that are on the screen."""
    done = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--class", APP], capture_output=True, text=True, check=False
    )
    found = [line for line in done.stdout.split() if line]
    return [w for w in found if title is None or name(w) == title]


def name(window):
    return subprocess.run(["xdotool", "getwindowname", window], capture_output=True, text=True, check=False).stdout.strip()


def place(window):
    done = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], capture_output=True, text=True, check=True)
    facts = dict(line.split("=") for line in done.stdout.split())
    return tuple(int(facts[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))


def focused():
    done = subprocess.run(["xdotool", "getwindowfocus", "getwindowname"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def press(*keys):
    subprocess.run(["xdotool", "key", "--delay", "80", *keys], check=True)


def click(x, y):
    subprocess.run(["xdotool", "mousemove", str(int(x)), str(int(y)), "click", "1"], check=True)


def everything(role=None):
    """Every accessible thing in the app's windows, in reading order."""
    Atspi.init()
    desktop = Atspi.get_desktop(0)
    out = []
    for index in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(index)
        if app is not None and app.get_name() == APP:
            walk(app, out)
    return [one for one in out if role is None or one.get_role_name() == role]


def walk(node, out, depth=0):
    if node is None or depth > 60:
        return
    out.append(node)
    try:
        for index in range(node.get_child_count()):
            walk(node.get_child_at_index(index), out, depth + 1)
    except Exception:  # A node that went away while it was read.
        return


def text_of(node):
    try:
        words = ""
        if "Text" in node.get_interfaces():
            words = Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))
        return words or node.get_name() or ""
    except Exception:  # It went away.
        return ""


def reads(words):
    """Whether the words stand anywhere in the app's windows."""
    return [node for node in everything() if words in text_of(node)]


def button(label):
    for node in everything():
        if node.get_role_name() in ("push button", "button") and label in (node.get_name() or ""):
            return node
    return None


def click_on(node):
    box = Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)
    click(box.x + box.width / 2, box.y + box.height / 2)
    return box
