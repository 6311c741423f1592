//! A host app: starts `keyholder bridge` and speaks MCP to it over stdin and stdout.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::patience::{LONG, moment, within};
use crate::programs::{program, tethered};
use crate::recorder::Recorder;

/// A host with its bridge; the bridge is killed when this goes.
pub struct Host {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Line>,
    era: Era,
    capabilities: Option<Value>,
    next: u64,
    answers: Box<dyn FnMut(&Value) -> Value + Send>,
    seen: Vec<Value>,
    sent: Recorder,
    received: Recorder,
    stderr: Recorder,
}

/// How the host speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// 2025-11-25, after `initialize`.
    Legacy,
    /// 2026-07-28, with `_meta` on every request.
    Modern,
}

/// One line of the bridge's stdout.
#[derive(Clone, Debug)]
pub enum Line {
    /// One JSON value.
    Message(Value),
    /// Something that no host can read: a broken promise in every story.
    Garbage(String),
}

impl Host {
    /// Starts `keyholder bridge ARGUMENTS…`.
    pub fn start(environment: &[(String, String)], arguments: &[&str]) -> Self {
        Self::start_program(&program("keyholder"), environment, arguments)
    }

    /// Starts another bridge than the built one; `bridge` is its first argument too.
    pub fn start_program(bridge: &Path, environment: &[(String, String)], arguments: &[&str]) -> Self {
        let mut command = tethered(bridge);
        command.arg("bridge").args(arguments).env_clear().envs(environment.iter().cloned());
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("the bridge can be started");
        let stdout = child.stdout.take().expect("its stdout is piped");
        let stderr = Recorder::follow(child.stderr.take().expect("its stderr is piped"));
        let received = Recorder::default();
        let (sender, lines) = channel();
        let record = received.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
                record.add(&line);
                record.add(b"\n");
                let message = serde_json::from_slice(&line)
                    .map_or_else(|_| Line::Garbage(String::from_utf8_lossy(&line).into_owned()), Line::Message);
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            stdin: child.stdin.take(),
            child,
            lines,
            era: Era::Legacy,
            capabilities: None,
            next: 0,
            answers: Box::new(|_| json!({ "error": { "code": -32601, "message": "Method not found" } })),
            seen: Vec::new(),
            sent: Recorder::default(),
            received,
            stderr,
        }
    }

    /// Opens the conversation as most hosts do, and gives the result.
    pub fn initialize(&mut self) -> Value {
        let id = self.send_initialize();
        let answer = self.wait(&id);
        self.notify("notifications/initialized", json!({}));
        answer["result"].clone()
    }

    /// What the host says it can be asked, from its opening on, instead of the usual.
    pub fn declare(&mut self, capabilities: Value) {
        self.capabilities = Some(capabilities);
    }

    /// Sends the opening message and gives its id: for a story in which somebody is asked before it is answered.
    pub fn send_initialize(&mut self) -> Value {
        self.era = Era::Legacy;
        let usual = || json!({ "elicitation": {}, "roots": { "listChanged": true } });
        let capabilities = self.capabilities.clone().unwrap_or_else(usual);
        let client = json!({ "name": "story", "version": "1" });
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": capabilities, "clientInfo": client });
        self.send("initialize", params)
    }

    /// Opens the conversation as a 2026-07-28 host does, and gives the result.
    pub fn discover(&mut self) -> Value {
        self.era = Era::Modern;
        self.request("server/discover", json!({}))["result"].clone()
    }

    /// Sends a request and waits for its whole response, `{"jsonrpc", "id", "result" or "error"}`.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.wait(&id)
    }

    /// Calls a tool and waits for the whole response.
    #[allow(clippy::needless_pass_by_value, reason = "json!() is written in place")]
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.request("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    /// Sends a request and gives its id.
    pub fn send(&mut self, method: &str, mut params: Value) -> Value {
        self.next += 1;
        if self.era == Era::Modern {
            let meta = &mut params["_meta"];
            meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28".into();
            let usual = || json!({ "elicitation": { "form": {} } });
            meta["io.modelcontextprotocol/clientCapabilities"] = self.capabilities.clone().unwrap_or_else(usual);
            meta["io.modelcontextprotocol/clientInfo"] = json!({ "name": "story", "version": "1" });
        }
        let id = Value::from(self.next);
        self.line(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Waits for the response to a request that was sent.
    pub fn wait(&mut self, id: &Value) -> Value {
        self.wait_within(LONG, id).unwrap_or_else(|| panic!("no answer to {id} in {LONG:?}; {}", self.story()))
    }

    /// Waits for the response to a request that was sent, for some time.
    pub fn wait_within(&mut self, time: Duration, id: &Value) -> Option<Value> {
        let start = moment();
        loop {
            if let Some(found) = self.responses(id).first() {
                return Some((*found).clone());
            }
            let left = time.checked_sub(start.elapsed())?;
            if !self.take_line(left) {
                return self.responses(id).first().map(|found| (*found).clone());
            }
        }
    }

    /// Sends a notification.
    #[allow(clippy::needless_pass_by_value, reason = "json!() is written in place")]
    pub fn notify(&mut self, method: &str, params: Value) {
        self.line(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends bytes as they are, and a line end.
    pub fn raw_line(&mut self, bytes: &[u8]) {
        self.sent.add(bytes);
        self.sent.add(b"\n");
        let stdin = self.stdin.as_mut().expect("stdin is still open");
        let written = stdin.write_all(bytes).and_then(|()| stdin.write_all(b"\n")).and_then(|()| stdin.flush());
        written.unwrap_or_else(|error| panic!("the bridge does not read: {error}; stderr:\n{}", self.stderr.text()));
    }

    /// How requests of the server are answered from now on: `{"result": …}` or `{"error": …}` for a request.
    pub fn answer_with(&mut self, answers: impl FnMut(&Value) -> Value + Send + 'static) {
        self.answers = Box::new(answers);
    }

    /// Lists tools until the server's own are among them: until the sign-in is through.
    pub fn sign_in(&mut self) {
        let signed_in = within(3 * LONG, || self.has_tool("echo").then_some(()));
        assert!(signed_in.is_some(), "the sign-in did not come through; {}", self.story());
    }

    /// Whether `tools/list` names this tool now.
    pub fn has_tool(&mut self, name: &str) -> bool {
        let list = self.request("tools/list", json!({}));
        list["result"]["tools"].as_array().is_some_and(|tools| tools.iter().any(|tool| tool["name"] == name))
    }

    /// Takes what comes in this time, for stories about what must not come.
    pub fn listen(&mut self, time: Duration) {
        let start = moment();
        while let Some(left) = time.checked_sub(start.elapsed()) {
            if !self.take_line(left) {
                return;
            }
        }
    }

    /// Every response to this id so far: more than one is a broken promise.
    pub fn responses(&self, id: &Value) -> Vec<&Value> {
        self.seen.iter().filter(|message| message.get("method").is_none() && message.get("id") == Some(id)).collect()
    }

    /// Every notification so far.
    pub fn notifications(&self) -> Vec<&Value> {
        self.seen.iter().filter(|message| message.get("method").is_some() && message.get("id").is_none()).collect()
    }

    /// Every request of the server so far.
    pub fn asked(&self) -> Vec<&Value> {
        self.seen.iter().filter(|message| message.get("method").is_some() && message.get("id").is_some()).collect()
    }

    /// Ends the bridge's input, as a host that quits does.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Sends a signal to the bridge.
    pub fn signal(&self, signal: Signal) {
        crate::broker::signal(self.child.id(), signal).expect("our own child takes signals");
    }

    /// How the bridge ended and how long that took from now, if it ended in time.
    pub fn ends_within(&mut self, time: Duration) -> Option<(ExitStatus, Duration)> {
        let start = moment();
        within(time, || self.child.try_wait().expect("our own child")).map(|status| (status, start.elapsed()))
    }

    /// The bridge's process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What the host sent.
    pub fn sent(&self) -> &Recorder {
        &self.sent
    }

    /// What the bridge wrote to stdout, byte for byte.
    pub fn received(&self) -> &Recorder {
        &self.received
    }

    /// What the bridge wrote to stderr.
    pub fn stderr(&self) -> &Recorder {
        &self.stderr
    }

    fn line(&mut self, message: &Value) {
        self.raw_line(message.to_string().as_bytes());
    }

    /// Takes one line; false where the time is over or the bridge's stdout has ended.
    fn take_line(&mut self, time: Duration) -> bool {
        match self.lines.recv_timeout(time) {
            Ok(Line::Message(message)) => {
                if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
                    let mut answer = (self.answers)(&message);
                    answer["jsonrpc"] = "2.0".into();
                    answer["id"] = id.clone();
                    self.line(&answer);
                }
                self.seen.push(message);
                true
            }
            Ok(Line::Garbage(line)) => panic!("stdout carries MCP and nothing else, but there was: {line}"),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        }
    }

    fn story(&self) -> String {
        let last: Vec<String> = self.seen.iter().rev().take(3).rev().map(Value::to_string).collect();
        format!("the last lines were:\n{}\nthe bridge's stderr:\n{}", last.join("\n"), self.stderr.text())
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("pid", &self.child.id()).field("era", &self.era).finish_non_exhaustive()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may have ended; there is nobody left to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a response says that the request was not carried out: an error, or a tool's result that is one.
pub fn is_refused(response: &Value) -> bool {
    response.get("error").is_some() || response["result"]["isError"] == true
}

/// The text of a tool's answer, or the message of an error.
pub fn said(response: &Value) -> String {
    let Some(content) = response["result"]["content"].as_array() else {
        return response["error"]["message"].as_str().unwrap_or_default().to_owned();
    };
    content.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
}
