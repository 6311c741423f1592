"""The other way to the windows: a WebDriver. It gets in with a build that has the feature `e2e`, and with no other.

    stage.sh python3 driver.py DESKTOP BROKER

The driver starts the broker with nothing behind it, and that starts the app, which inherits the driver's variables through it.
Needs webkit2gtk-driver.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

DESKTOP, BROKER = sys.argv[1:3]
PORT = 4466
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", method=method, data=data)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["value"]


def find(session, selector):
    return call("POST", f"{session}/element", {"using": "css selector", "value": selector})[ELEMENT]


driver = subprocess.Popen(
    ["WebKitWebDriver", f"--port={PORT}"],
    env={**os.environ, "TAURI_AUTOMATION": "true", "TAURI_WEBVIEW_AUTOMATION": "true"},
)
try:
    time.sleep(1)
    options = {"webkitgtk:browserOptions": {"binary": BROKER, "args": [DESKTOP, "ask"]}}
    session = f"/session/{call('POST', '/session', {'capabilities': {'alwaysMatch': options}})['sessionId']}"
    print("at", call("GET", f"{session}/url"))
    while "Send a message" not in call("GET", f"{session}/element/{find(session, 'h1')}/text"):
        time.sleep(0.05)
    time.sleep(0.6)
    call("POST", f"{session}/element/{find(session, '#allow')}/click", {})
    time.sleep(0.5)
    print("then", call("GET", f"{session}/element/{find(session, 'h1')}/text"))
    call("DELETE", session)
except (urllib.error.HTTPError, TimeoutError) as refused:
    print("no session:", refused)
    sys.exit(1)
finally:
    driver.kill()
