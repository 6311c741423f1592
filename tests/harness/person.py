"""A person at a screen: reads the windows of Keyholder through the accessibility bus, as a screen reader does, and presses keys and
buttons as a hand does. One deed as JSON is the argument, what came of it is one line of JSON.

Each deed is a process of its own: whoever came to the accessibility bus before a window did does not hear of the window.
Needs python3-gi, gir1.2-atspi-2.0, xdotool.
"""

import json
import random
import subprocess
import sys

APP = "keyholder-desktop"

# No page of ours is nested deeper.
DEEPEST = 80


# ---- windows and hands ----------------------------------------------------------------------------------------------
def xdotool(*words):
    return subprocess.run(["xdotool", *map(str, words)], capture_output=True, text=True, check=False).stdout.strip()


def on_screen():
    return xdotool("search", "--onlyvisible", "--class", APP).split()


def windows():
    """Title and rectangle (x, y, width, height) of each window that is on the screen."""
    found = []
    for window in on_screen():
        lines = xdotool("getwindowgeometry", "--shell", window).splitlines()
        facts = dict(line.split("=", 1) for line in lines if "=" in line)
        title = xdotool("getwindowname", window)
        if title and all(key in facts for key in ("X", "Y", "WIDTH", "HEIGHT")):
            found.append({"title": title, "at": [int(facts[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")]})
    return found


def click(x, y):
    # Not with --sync, which waits for a movement, and there is none where the pointer is there already.
    return xdotool("mousemove", x, y, "click", "1")


KEYS = ["Return", "space", "Tab", "Escape", "ctrl+Return", "Right", "Left", "Down", "Up", "shift+Tab", "alt+a", "F5"]
KEYS += list("abdnpryk1234567890")


def robot(seed, count, at, seconds):
    """So many random keys and buttons all over a rectangle, one after the other for so long."""
    dice = random.Random(seed)
    x, y, width, height = at
    words = []
    for _ in range(count):
        if dice.random() < 0.5:
            words += ["key", "--delay", "0", dice.choice(KEYS)]
        else:
            words += ["mousemove", x + dice.randrange(width), y + dice.randrange(height), "click", "--delay", "0", "1"]
        words += ["sleep", seconds / count]
    return xdotool(*words)


# ---- what a screen reader finds -------------------------------------------------------------------------------------
def everything():
    """Every thing in the app's windows, in reading order."""
    import gi

    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi

    global ATSPI
    ATSPI = Atspi
    Atspi.init()
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(index)
        if app is not None and app.get_name() == APP:
            yield from walk(app, 0)


def walk(node, depth):
    if node is None or depth > DEEPEST:
        return
    yield node
    for index in range(node.get_child_count()):
        yield from walk(node.get_child_at_index(index), depth + 1)


def is_shown(node):
    states = node.get_state_set()
    return states.contains(ATSPI.StateType.SHOWING) and states.contains(ATSPI.StateType.VISIBLE)


def words_of(node):
    """What it says: its own text, without the places where other things stand in it, or else its name."""
    if "Text" in node.get_interfaces():
        text = ATSPI.Text.get_text(node, 0, ATSPI.Text.get_character_count(node))
        if text.strip("\ufffc \n"):
            return text
    return node.get_name() or ""


def describe(node):
    states = node.get_state_set()
    box = ATSPI.Component.get_extents(node, ATSPI.CoordType.SCREEN)
    return {
        "role": node.get_role_name(),
        "name": node.get_name() or "",
        "words": words_of(node),
        "at": [box.x, box.y, box.width, box.height],
        "enabled": states.contains(ATSPI.StateType.ENABLED) and states.contains(ATSPI.StateType.SENSITIVE),
        "checked": states.contains(ATSPI.StateType.CHECKED),
        "focused": states.contains(ATSPI.StateType.FOCUSED),
    }


def read():
    """Each thing that is shown, in reading order."""
    things = []
    for node in everything():
        try:
            if is_shown(node):
                things.append(describe(node))
        except Exception:  # noqa: BLE001 - It went away while it was read.
            continue
    return things


DEEDS = {
    "windows": windows,
    "read": read,
    "click": click,
    "keys": lambda keys: xdotool("key", "--delay", "60", *keys),
    "type": lambda text: xdotool("type", "--delay", "12", text),
    "focused": lambda: xdotool("getwindowfocus", "getwindowname"),
    "robot": robot,
}


def main():
    deed = json.loads(sys.argv[1])
    print(json.dumps(DEEDS[deed.pop("do")](**deed)))


if __name__ == "__main__":
    main()
