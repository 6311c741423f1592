#!/usr/bin/env python3
"""Measures stdio-to-HTTP MCP bridges side by side, each against the same null server, with direct HTTP as the limit.

  bridge-bench.py NAME='COMMAND with {url}' [NAME=COMMAND ...] [--with-broker NAME=EXE] [--calls 2000] [--inflight 32]
                  [--rounds 3] [--json FILE] [--page FILE]

Per bridge, medians over the rounds (the bridges take turns inside a round, so a noisy machine hits all alike):
  start_ms   spawn to the answer of initialize          p50_us, p99_us  one tools/call at a time
  calls_s    tools/call with --inflight under way       blob_MBs        one 8 MiB result
  events_s   progress notifications per second (SSE)    pss_MiB         memory of the bridge's process tree (PSS) after 3 x --calls; broker_MiB: of its broker
A bridge whose work is done by a broker in another process: name the broker's executable with --with-broker NAME=EXE, and
its memory is counted too.
A figure that a bridge could not give is null, with the reason under "failed". --page writes the table between the two
markers of a Markdown file. A broker that --with-broker names is woken by one session before the first round, so that every
start is measured with the broker up, and is ended with the run.
"""
import argparse, datetime, http.client, json, os, platform, shlex, signal, statistics, subprocess, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))


def start_server():
    p = subprocess.Popen(["node", os.path.join(HERE, "null-server.mjs")], stdout=subprocess.PIPE, text=True)
    return p, f"http://127.0.0.1:{p.stdout.readline().split()[1]}/mcp"


def tree(pid):
    """pid and all its descendants."""
    kids = {}
    for d in os.listdir("/proc"):
        if d.isdigit():
            try:
                with open(f"/proc/{d}/stat") as f:
                    kids.setdefault(int(f.read().rsplit(")", 1)[1].split()[1]), []).append(int(d))
            except OSError:
                pass
    out, todo = [], [pid]
    while todo:
        p = todo.pop()
        out.append(p)
        todo += kids.get(p, [])
    return out


def pss_mib(pids):
    total = 0
    for p in pids:
        try:
            with open(f"/proc/{p}/smaps_rollup") as f:
                total += next(int(l.split()[1]) for l in f if l.startswith("Pss:"))
        except (OSError, StopIteration):
            pass
    return total / 1024


def end(p):
    """Kills a bridge and its children: they are a process group of their own, made at its start."""
    try:
        os.killpg(p.pid, 9)
    except ProcessLookupError:
        pass
    p.wait()


class Bridge:
    def __init__(self, command, url):
        self.t0 = time.perf_counter()
        self.p = subprocess.Popen(shlex.split(command.replace("{url}", url)), stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        self.id = 0

    def send(self, method, params=None, notify=False):
        m = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            m["params"] = params
        if not notify:
            self.id += 1
            m["id"] = self.id
        self.p.stdin.write(json.dumps(m).encode() + b"\n")
        self.p.stdin.flush()
        return self.id

    def recv(self):
        line = self.p.stdout.readline()
        if not line:
            raise RuntimeError("the bridge closed its stdout")
        return line

    def call(self, method, params=None):
        want = self.send(method, params)
        while True:
            m = json.loads(self.recv())
            if m.get("id") == want and "method" not in m:
                if "error" in m:
                    raise RuntimeError(f"{method}: {m['error']}")
                return m["result"]

    def initialize(self):
        self.call("initialize", {"protocolVersion": "2025-06-18", "capabilities": {},
                                 "clientInfo": {"name": "bridge-bench", "version": "1"}})
        ms = (time.perf_counter() - self.t0) * 1e3
        self.send("notifications/initialized", {}, notify=True)
        return ms

    def close(self):
        try:
            self.p.stdin.close()
            self.p.wait(5)
        except Exception:
            end(self.p)


def guarded(seconds, bridge, work):
    """Runs work; a bridge that stops answering is killed after the limit, which ends the read."""
    timer = threading.Timer(seconds, end, [bridge.p])
    timer.start()
    try:
        return work()
    finally:
        timer.cancel()


def echo(b):
    return {"name": "echo", "arguments": {"text": "hello"}}


def processes_of(executable):
    """pids whose /proc/PID/exe is that file."""
    out = []
    for d in os.listdir("/proc"):
        if d.isdigit():
            try:
                if os.readlink(f"/proc/{d}/exe") == executable:
                    out.append(int(d))
            except OSError:
                pass
    return out


def mine(pid):
    """Whether a process serves this run's KEYHOLDER_HOME: another broker on the machine is none of ours to count or end."""
    home = os.environ.get("KEYHOLDER_HOME")
    try:
        with open(f"/proc/{pid}/environ", "rb") as f:
            return home is None or f"KEYHOLDER_HOME={home}".encode() in f.read().split(b"\0")
    except OSError:
        return home is None


def measure(command, url, calls, inflight, broker_pids):
    r, failed = {}, {}
    b = Bridge(command, url)

    def step(name, seconds, work):
        try:
            r.update(guarded(seconds, b, work))
        except Exception as e:
            failed[name] = str(e)[:160]
            return False
        return True

    def serial():
        ts = []
        for _ in range(calls):
            t = time.perf_counter_ns()
            b.call("tools/call", echo(b))
            ts.append((time.perf_counter_ns() - t) / 1e3)
        ts.sort()
        return {"p50_us": ts[len(ts) // 2], "p99_us": ts[int(len(ts) * .99)]}

    def parallel():
        n, done, t = calls * 2, 0, time.perf_counter()
        sent = 0
        while done < n:
            while sent < n and sent - done < inflight:
                b.send("tools/call", echo(b))
                sent += 1
            if b'"result"' in b.recv():
                done += 1
        return {"calls_s": n / (time.perf_counter() - t)}

    def memory():
        broker = broker_pids()
        return {"pss_MiB": pss_mib(tree(b.p.pid)), **({"broker_MiB": pss_mib(broker)} if broker else {})}

    def blob():
        size = 8 << 20
        want = b.send("tools/call", {"name": "blob", "arguments": {"bytes": size}})
        t = time.perf_counter()
        while True:  # not parsed: what is timed is the bridge, not this program's JSON
            line = b.recv()
            if b'"result"' in line[:200] or len(line) > size:
                break
        seconds = time.perf_counter() - t
        if len(line) < size or str(want).encode() not in line[:100] + line[-100:]:
            raise RuntimeError(f"a blob of {len(line)} bytes")
        return {"blob_MBs": size / 1e6 / seconds}

    def events():
        n, t, seen = 2000, time.perf_counter(), 0
        want = b.send("tools/call", {"name": "stream", "arguments": {"events": n}, "_meta": {"progressToken": "p"}})
        while True:
            m = json.loads(b.recv())
            if m.get("method") == "notifications/progress":
                seen += 1
            elif m.get("id") == want:
                break
        if seen != n:
            raise RuntimeError(f"{seen} of {n} progress notifications arrived")
        return {"events_s": n / (time.perf_counter() - t)}

    ok = step("start_ms", 60, lambda: {"start_ms": b.initialize()})
    if ok:
        for name, seconds, work in (("p50_us", 120, serial), ("calls_s", 120, parallel), ("pss_MiB", 5, memory), ("blob_MBs", 30, blob), ("events_s", 30, events)):
            if not step(name, seconds, work) and b.p.poll() is not None:
                break
    b.close()
    return r, failed


def direct(url, calls):
    """One keep-alive connection from this process: the floor that any bridge adds to."""
    host, port = url.split("/")[2].split(":")
    c = http.client.HTTPConnection(host, int(port))
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "echo", "arguments": {"text": "hello"}}})
    ts = []
    for _ in range(calls):
        t = time.perf_counter_ns()
        c.request("POST", "/mcp", body, {"content-type": "application/json", "accept": "application/json, text/event-stream"})
        c.getresponse().read()
        ts.append((time.perf_counter_ns() - t) / 1e3)
    ts.sort()
    return {"p50_us": ts[len(ts) // 2], "p99_us": ts[int(len(ts) * .99)]}


def wake(command, url):
    """One session that is not measured: a broker that the first bridge must start is up afterwards."""
    b = Bridge(command, url)
    try:
        guarded(60, b, b.initialize)
    finally:
        b.close()


def write_page(path, rounds, calls, cols, med, failed):
    begin, end_mark = "<!-- bench: begin -->", "<!-- bench: end -->"
    cell = lambda v: "–" if v is None else f"{v:,.0f}" if v >= 100 else f"{v:.1f}"
    lines = [begin, "",
             f"Measured {datetime.date.today()} on {platform.system()} {platform.machine()} with {os.cpu_count()} cores, "
             f"load {os.getloadavg()[0]:.1f} at the end: medians of {rounds} rounds of {calls} calls.", "",
             "| bridge | " + " | ".join(cols) + " |", "|---" * (len(cols) + 1) + "|"]
    lines += ["| " + " | ".join([n, *(cell(m[c]) for c in cols)]) + " |" for n, m in med.items()]
    lines += ["", *(f"{n}: {c} failed: {why}" for n, f in failed.items() for c, why in f.items()), end_mark]
    text = open(path, encoding="utf-8").read()
    head, rest = text.split(begin, 1)
    open(path, "w", encoding="utf-8").write(head + "\n".join(lines) + rest.split(end_mark, 1)[1])


def main():
    a = argparse.ArgumentParser()
    a.add_argument("bridges", nargs="+")
    a.add_argument("--calls", type=int, default=2000)
    a.add_argument("--inflight", type=int, default=32)
    a.add_argument("--rounds", type=int, default=3)
    a.add_argument("--with-broker", action="append", default=[], metavar="NAME=EXE")
    a.add_argument("--json")
    a.add_argument("--page")
    o = a.parse_args()
    server, url = start_server()
    names = {}
    for spec in o.bridges:
        n, c = spec.split("=", 1)
        names[n] = c
    brokers = {n: os.path.realpath(e) for n, e in (s.split("=", 1) for s in o.with_broker)}
    rows, failed = {n: [] for n in ["direct", *names]}, {}
    try:
        for n in brokers:
            wake(names[n], url)
        for _ in range(o.rounds):
            rows["direct"].append(direct(url, o.calls))
            for n, c in names.items():
                r, f = measure(c, url, o.calls, o.inflight, lambda e=brokers.get(n): [p for p in processes_of(e) if mine(p)] if e else [])
                rows[n].append(r)
                failed.setdefault(n, {}).update(f)
    finally:
        server.terminate()
        server.wait()
        for exe in brokers.values():
            for pid in processes_of(exe):
                if mine(pid):
                    os.kill(pid, signal.SIGTERM)
    cols = ["start_ms", "p50_us", "p99_us", "calls_s", "blob_MBs", "events_s", "pss_MiB", "broker_MiB"]
    med = {n: {c: (statistics.median(v) if (v := [r[c] for r in rs if r.get(c) is not None]) else None) for c in cols} for n, rs in rows.items()}
    print(f"{'':14}" + "".join(f"{c:>12}" for c in cols))
    for n, m in med.items():
        print(f"{n:14}" + "".join(f"{m[c]:12.1f}" if m[c] is not None else f"{'-':>12}" for c in cols))
    for n, f in failed.items():
        for c, why in f.items():
            print(f"{n}: {c} failed: {why}")
    if o.page:
        write_page(o.page, o.rounds, o.calls, cols, med, failed)
    if o.json:
        json.dump({"medians": med, "rounds": rows, "failed": failed}, open(o.json, "w"), indent=1)


main()
