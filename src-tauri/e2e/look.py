"""Takes pictures of the real windows, with a broker that has nothing behind it.

    stage.sh python3 look.py DESKTOP BROKER FOLDER
"""

import subprocess
import sys
import tempfile
import time

import person
from broker import Broker

DESKTOP, BROKER, FOLDER = sys.argv[1:4]


def picture(name):
    time.sleep(1)
    subprocess.run(["import", "-window", "root", f"{FOLDER}/{name}.png"], check=True)


broker = Broker(BROKER, DESKTOP, "ask", "ask", environment={"KEYHOLDER_HOME": tempfile.mkdtemp(prefix="kh")})
broker.order("seen", seconds=40)
picture("approval")
print("\n".join(f"{node.get_role_name()}: {person.text_of(node)[:100]}" for node in person.everything()))
broker.say("show home")
person.until("the main window", lambda: len(person.windows()) > 1, seconds=40)
time.sleep(3)
picture("main")
broker.end()
