"""The broker with nothing behind it (crates/face/examples/broker.rs), with the real window as its child."""

import json
import os
import subprocess
import threading
import time


class Broker:
    def __init__(self, program, desktop, *commands, environment=None):
        self.lines = []
        self.heard = threading.Condition()
        self.process = subprocess.Popen(
            [program, desktop, *commands],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=open(os.environ.get("KEYHOLDER_STAGE_LOG", os.devnull), "a"),
            text=True,
            env={**os.environ, **(environment or {})},
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self.pid = self.wait(lambda line: line.get("pid"))["pid"]

    def _listen(self):
        for line in self.process.stdout:
            with self.heard:
                self.lines.append(json.loads(line))
                self.heard.notify_all()

    def say(self, command):
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:  # It is gone, with its window.
            pass

    def ask(self):
        """Puts a question; gives its id and when it was put, in milliseconds."""
        known = len(self.lines)
        self.say("ask")
        line = self.wait(lambda line: line.get("asked"), since=known)
        return line["asked"], line["ms"]

    def wait(self, wanted, since=0, seconds=15.0):
        end = time.monotonic() + seconds
        with self.heard:
            while True:
                for line in self.lines[since:]:
                    if wanted(line):
                        return line
                left = end - time.monotonic()
                if left <= 0 or not self.heard.wait(left):
                    raise AssertionError(f"nothing of the kind within {seconds} s; the last lines: {self.lines[-5:]}")

    def order(self, name, since=0, seconds=15.0, **fields):
        """Waits for an order of this name with these fields."""

        def is_it(line):
            order = line.get("order", {})
            return order.get("order") == name and all(order.get(key) == value for key, value in fields.items())

        return self.wait(is_it, since, seconds)

    def orders(self, since=0):
        return [line["order"]["order"] for line in self.lines[since:] if "order" in line]

    def end(self):
        if self.process.poll() is None:
            self.say("quit")
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
