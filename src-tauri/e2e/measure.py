"""How long a question takes to the screen, and what the app costs meanwhile, with whatever pages it was built with.

    stage.sh python3 measure.py DESKTOP BROKER
"""

import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import person
from broker import Broker

DESKTOP, BROKER = sys.argv[1:3]


def fresh(*commands):
    return Broker(BROKER, DESKTOP, *commands, environment={"KEYHOLDER_HOME": tempfile.mkdtemp(prefix="kh")})


def pss(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1)) / 1024


def memory(broker, when):
    pids = [broker.pid] + [int(p) for p in subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(broker.pid)], capture_output=True, text=True, check=True).stdout.split()]
    names = [pathlib.Path(f"/proc/{pid}/comm").read_text().strip() for pid in pids]
    sizes = [pss(pid) for pid in pids]
    parts = ", ".join(f"{name} {size:.0f}" for name, size in zip(names, sizes))
    print(f"{when}: PSS {sum(sizes):.0f} MB ({parts})", flush=True)


def say(what, times):
    print(f"{what}: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms, {len(times)} times", flush=True)


cold = []
for _ in range(7):
    broker = fresh("ask")
    cold.append(broker.order("seen", seconds=60)["ms"])
    broker.end()
say("cold, from the start of the program to a question that is painted", cold)

broker = fresh()
time.sleep(3)
memory(broker, "before the first question")
warm = []
for _ in range(30):
    known = len(broker.lines)
    question, asked = broker.ask()
    warm.append(broker.order("seen", since=known, question=question)["ms"] - asked)
    broker.say(f"settle {question}")
    person.until("hidden", lambda: not person.windows())
    time.sleep(0.2)
say("warm, from the news to a question that is painted", warm)
time.sleep(2)
memory(broker, "hidden, after 30 questions")
question, _ = broker.ask()
broker.order("seen", question=question)
time.sleep(2)
memory(broker, "with a question on the screen")
broker.say("show home")
person.until("the main window", lambda: len(person.windows()) > 1, seconds=60)
time.sleep(4)
memory(broker, "with both windows")
broker.end()
