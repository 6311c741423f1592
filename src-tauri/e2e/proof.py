"""Looks at the real window as a person does, with a broker that has nothing behind it. Prints a line for each promise, and times.

    stage.sh python3 proof.py DESKTOP BROKER

DESKTOP is keyholder-desktop, built with the pages of e2e/pages (see README.md); BROKER is the example of crates/face.
"""

import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import eyes as person
from broker import Broker

DESKTOP, BROKER = sys.argv[1:3]
passed, failed = [], []


class LeftOut(Exception):
    """This cannot be looked at here, and why."""


def looks_inside():
    if os.geteuid() != 0:
        raise LeftOut("only root looks into the app, which is closed to programs of its own user")


def promise(sentence):
    def run(story):
        try:
            said = story()
            passed.append(sentence)
            print(f"ok      {sentence}{f' ({said})' if said else ''}", flush=True)
        except LeftOut as why:
            print(f"left    {sentence}: {why}", flush=True)
        except Exception as why:  # noqa: BLE001
            failed.append(sentence)
            print(f"FAILED  {sentence}: {type(why).__name__}: {why}", flush=True)
            # What it left open would be in the way of the next.
            for line in [line for line in broker.lines if "asked" in line]:
                broker.say(f"settle {line['asked']}")
            time.sleep(1)

    return run


def children(pid, name=None):
    done = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    pairs = [line.split(None, 1) for line in done.stdout.splitlines()]
    return [int(child) for child, comm in pairs if name is None or comm.strip() == name[:15]]


def pages_of(pid):
    return children(pid, "WebKitWebProcess")


def pss(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1)) / 1024


def shown():
    return len(person.windows("Keyholder asks")) > 0


def fresh(*commands, environment=None):
    home = tempfile.mkdtemp(prefix="kh")
    return Broker(BROKER, DESKTOP, *commands, environment={"KEYHOLDER_HOME": home, **(environment or {})})


def answered(broker, question):
    return any(
        line.get("order", {}).get("order") == "answer" and line["order"]["question"] == question for line in broker.lines
    )


def middle(label):
    return person.middle_of(person.until(f"the button {label}", lambda: person.button(label)))


def put(broker):
    """Puts a question and waits until it is painted."""
    known = len(broker.lines)
    question, _ = broker.ask()
    broker.order("seen", since=known, question=question)
    return question


def lose_pages(broker, question, how):
    """Sends its pages this signal; how long it takes until the question is painted again, in seconds, and since which line."""
    # A page that has only just begun is given longer.
    time.sleep(1.5)
    since, began = len(broker.lines), time.monotonic()
    for page in pages_of(broker.pid):
        os.kill(page, how)
    broker.order("seen", since=since, question=question, seconds=30)
    return time.monotonic() - began, since


def press_allow(broker):
    person.click(*middle("Allow once"))


broker = fresh("ask")
first = broker.wait(lambda line: line.get("asked"))["asked"]


@promise("a question is on the screen soon after the start")
def _():
    line = broker.order("seen", question=first, seconds=30)
    assert shown()
    person.until("the headline", lambda: person.reads(f"({first})"))
    x, y, width, height = person.windows("Keyholder asks")[0]
    assert abs(x + width / 2 - 640) < 40 and abs(y + height / 2 - 512) < 60, "it is not in the middle of the screen"
    return f"{line['ms']:.0f} ms from the start of the program"


@promise("a press within the guard is no answer, and one after it is")
def _():
    place = middle("Allow once")
    time.sleep(0.6)
    person.click(*place)
    broker.order("answer", question=first)
    person.until("an empty window is hidden", lambda: not shown())
    known = len(broker.lines)
    second, _ = broker.ask()
    broker.order("seen", since=known, question=second)
    person.click(*place)
    time.sleep(0.15)
    assert not answered(broker, second), "too soon, and yet an answer"
    time.sleep(0.6)
    person.click(*place)
    broker.order("answer", since=known, question=second)
    refused = [line for line in broker.lines if line.get("refused", {}).get("error", {}).get("code") == "too_soon"]
    assert not refused, "this guard ends after the broker's own"


@promise("a warm window shows the next question")
def _():
    times = []
    for _ in range(15):
        person.until("hidden", lambda: not shown())
        time.sleep(0.3)
        known = len(broker.lines)
        question, asked = broker.ask()
        seen = broker.order("seen", since=known, question=question)
        times.append(seen["ms"] - asked)
        broker.say(f"settle {question}")
    person.until("hidden", lambda: not shown())
    return f"median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms from asked to painted and known, {len(times)} times"


@promise("a forged answer reaches nobody")
def _():
    known = len(broker.lines)
    question, _ = broker.ask()
    broker.order("seen", since=known, question=question)
    time.sleep(0.7)
    person.click(*middle("Forge"))
    person.until("it was refused", lambda: person.reads("refused: invalid"))
    assert "answer" not in broker.orders(known)
    broker.say(f"settle {question}")
    person.until("hidden", lambda: not shown())


@promise("focus begins the guard anew, in the broker too, and the first press after it is none")
def _():
    known = len(broker.lines)
    question, _ = broker.ask()
    broker.order("seen", since=known, question=question)
    place = middle("Allow once")
    other = subprocess.Popen(["xmessage", "-geometry", "200x80+2+2", "another window"])
    try:
        person.until("another window", lambda: person.focused() == "xmessage")
        time.sleep(0.6)
        since = len(broker.lines)
        person.click(*place)
        broker.order("seen", since=since, question=question)
        time.sleep(0.1)
        assert not answered(broker, question), "the press that brought the focus was taken"
        time.sleep(0.6)
        press_allow(broker)
        broker.order("answer", since=since, question=question)
    finally:
        other.kill()
    person.until("hidden", lambda: not shown())


@promise("keys that are typed through keep the guard up")
def _():
    known = len(broker.lines)
    question, _ = broker.ask()
    broker.order("seen", since=known, question=question)
    person.press(*["Tab", "Return"] * 12)
    assert not answered(broker, question)
    broker.say(f"settle {question}")
    person.until("hidden", lambda: not shown())


@promise("keys that a busy page hears of late are no answer, and a press after that is one")
def _():
    known = len(broker.lines)
    question, _ = broker.ask()
    broker.order("seen", since=known, question=question)
    pages = pages_of(broker.pid)
    for page in pages:
        os.kill(page, signal.SIGSTOP)
    subprocess.run(["xdotool", "key", "--delay", "15", "Tab", "Tab", "Return"], check=True)
    time.sleep(1.2)
    for page in pages:
        os.kill(page, signal.SIGCONT)
    time.sleep(0.5)
    assert not answered(broker, question)
    person.until("it was refused", lambda: person.reads("refused: too_soon"))
    press_allow(broker)
    broker.order("answer", since=known, question=question)
    person.until("hidden", lambda: not shown())


@promise("closing the window answers nothing, and the next question brings it back")
def _():
    known = len(broker.lines)
    question, _ = broker.ask()
    broker.order("seen", since=known, question=question)
    subprocess.run(["xdotool", "key", "alt+F4"], check=True)
    person.until("closed", lambda: not shown())
    assert "answer" not in broker.orders(known) and "deny" not in broker.orders(known)
    next_one, _ = broker.ask()
    person.until("back", shown)
    broker.say(f"settle {question}")
    broker.order("seen", since=known, question=next_one)
    broker.say(f"settle {next_one}")
    person.until("hidden", lambda: not shown())


@promise("a minimised window sleeps, is not taken for a hung one, and the next question brings it back")
def _():
    known = len(broker.lines)
    question, _ = broker.ask()
    broker.order("seen", since=known, question=question)
    pages = pages_of(broker.pid)
    person.minimise("Keyholder asks")
    person.until("minimised", lambda: not shown())
    time.sleep(8)
    assert not shown(), "it came back by itself"
    assert pages_of(broker.pid) == pages, "its page was replaced"
    next_one, _ = broker.ask()
    person.until("back", shown)
    since = len(broker.lines)
    broker.say(f"settle {question}")
    broker.order("seen", since=since, question=next_one)
    broker.say(f"settle {next_one}")
    person.until("hidden", lambda: not shown())


@promise("what the face inherits nobody else has, and no driver gets in")
def _():
    looks_inside()
    face = broker.pid
    channel = {os.readlink(f"/proc/{broker.process.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{broker.process.pid}/fd")}
    channel = {link for link in channel if link.startswith("pipe:")}
    own = {os.readlink(f"/proc/{face}/fd/{fd}") for fd in os.listdir(f"/proc/{face}/fd")}
    shared = own & channel - {os.readlink(f"/proc/{face}/fd/2")}
    assert len(shared) == 2, f"{shared}"
    for child in children(face):
        theirs = {os.readlink(f"/proc/{child}/fd/{fd}") for fd in os.listdir(f"/proc/{child}/fd")}
        assert not theirs & shared, f"{child} holds the channel"
    assert {os.readlink(f"/proc/{face}/fd/{fd}") for fd in (0, 1)} == {"/dev/null"}
    return f"{len(children(face))} children"


@promise("a page whose process dies is begun anew, with the question")
def _():
    question = put(broker)
    took, since = lose_pages(broker, question, signal.SIGKILL)
    time.sleep(0.7)
    press_allow(broker)
    broker.order("answer", since=since, question=question)
    person.until("hidden", lambda: not shown())
    return f"{took * 1000:.0f} ms"


@promise("a page that hangs is begun anew, with the question")
def _():
    question = put(broker)
    took, _ = lose_pages(broker, question, signal.SIGSTOP)
    broker.say(f"settle {question}")
    person.until("hidden", lambda: not shown())
    return f"{took:.1f} s"


@promise("memory, hidden")
def _():
    looks_inside()
    time.sleep(1)
    face, rest = broker.pid, {}
    for child in children(face):
        comm = pathlib.Path(f"/proc/{child}/comm").read_text().strip()
        rest[comm] = rest.get(comm, 0) + pss(child)
    total = pss(face) + sum(rest.values())
    parts = ", ".join(f"{name} {size:.0f}" for name, size in rest.items())
    return f"PSS {total:.0f} MB: app {pss(face):.0f}, {parts}"


@promise("the main window opens where it was wanted, and cannot do what is not its own")
def _():
    known = len(broker.lines)
    broker.say("show grants")
    person.until("its page is done", lambda: person.reads("at grants, done"), seconds=40)
    lines = {}
    for node in person.everything("list item"):
        words = person.text_of(node) or " ".join(person.text_of(n) for n in [node.get_child_at_index(i) for i in range(node.get_child_count())])
        found = re.search(r"([a-z][^:•]*): (yes|no) ?(.*)", words)
        if found:
            lines[found.group(1).strip()] = (found.group(2), found.group(3))
    wanted = {
        "read status": ("no", "not_found"),
        "lock by reading": ("no", "invalid"),
        "unlock by lowering": ("no", "invalid"),
        "answer by raising": ("no", "denied"),
        "see by raising": ("no", "denied"),
        "one field more": ("no", "no answer"),
        "a command that there is not": ("no", "no answer"),
        "an event of its own": ("no", "no answer"),
    }
    for name, outcome in wanted.items():
        assert lines.get(name) == outcome, f"{name}: {lines.get(name)}"
    for name in ("answer as the other window", "list as the other window", "the network", "a string as code"):
        assert lines[name][0] == "no", f"{name}: {lines[name]}"
    assert broker.orders(known) == ["status"], broker.orders(known)
    return "; ".join(f"{name}: {said}" for name, (_, said) in lines.items() if name not in wanted)


@promise("a program of the same user cannot look into it")
def _():
    if os.geteuid() == 0:
        raise LeftOut("root looks into everything")
    for secret in ("environ", "fd", "maps", "mem"):
        try:
            path = pathlib.Path(f"/proc/{broker.pid}/{secret}")
            list(path.iterdir()) if path.is_dir() else path.open("rb").read(1)
        except PermissionError:
            continue
        raise AssertionError(f"{secret} can be read")


@promise("without its broker it is gone at once")
def _():
    face = broker.pid
    began = time.monotonic()
    broker.say("quit")
    broker.wait(lambda line: "ended" in line)
    took = time.monotonic() - began
    assert not pathlib.Path(f"/proc/{face}").exists()
    person.until("and its pages", lambda: not person.windows())
    return f"{took * 1000:.0f} ms, {broker.lines[-1]['ended']}"


@promise("what no broker says ends it")
def _():
    other = fresh()
    time.sleep(1)
    other.say("junk")
    other.wait(lambda line: "ended" in line)


@promise("variables that hand it to a driver are taken out")
def _():
    looks_inside()
    other = fresh("ask", environment={"TAURI_WEBVIEW_AUTOMATION": "true", "WEBKIT_INSPECTOR_SERVER": "127.0.0.1:4445"})
    other.order("seen", seconds=30)
    environ = pathlib.Path(f"/proc/{other.pid}/environ").read_bytes()
    other.end()
    assert b"AUTOMATION" not in environ and b"INSPECTOR" not in environ
    assert b"WEBKIT_DISABLE_DMABUF_RENDERER=1" in environ


@promise("started cold, again and again, it shows a question")
def _():
    times = []
    for _ in range(5):
        other = fresh("ask")
        times.append(other.order("seen", seconds=30)["ms"])
        other.end()
    return f"median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms from the start of the program"


print(f"{len(passed)} passed, {len(failed)} failed")
sys.exit(1 if failed else 0)
