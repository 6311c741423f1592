//! The demo's own host app: starts the real bridge and speaks MCP (2025-11-25) to it over stdin and stdout.

use super::command::Keyholder;
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

/// Nobody waits longer than this for the bridge's last breath.
const FAREWELL: Duration = Duration::from_secs(3);

/// The host app with its bridge.
pub(super) struct Host {
    bridge: Child,
    stdin: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
    next: u64,
    /// How often the bridge said that the list of tools changed.
    changes: u64,
}

/// What a tool call came to, as the model in the app reads it.
pub(super) struct Heard {
    /// The text.
    pub(super) text: String,
    /// Whether it is marked as an error.
    pub(super) failed: bool,
}

impl Host {
    /// Starts `keyholder bridge NAME`.
    ///
    /// # Errors
    /// One sentence.
    pub(super) fn start(keyholder: &Keyholder, server: &str) -> Result<Self, String> {
        let mut command = keyholder.command(&["bridge", server]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut bridge = command.spawn().map_err(|why| format!("the bridge cannot be started: {why}"))?;
        let (Some(stdin), Some(stdout)) = (bridge.stdin.take(), bridge.stdout.take()) else {
            return Err("the bridge has no stdin or stdout".to_owned());
        };
        let lines = BufReader::new(stdout).lines();
        Ok(Self { bridge, stdin: Some(stdin), lines, next: 0, changes: 0 })
    }

    /// `initialize`: gives the server's title as the app would show it.
    ///
    /// # Errors
    /// One sentence.
    pub(super) async fn initialize(&mut self) -> Result<String, String> {
        let client = json!({ "name": "keyholder-demo", "title": "The demo's own host app", "version": env!("CARGO_PKG_VERSION") });
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
        let result = self.request("initialize", params).await?;
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await?;
        let info = &result["serverInfo"];
        Ok(info["title"].as_str().or(info["name"].as_str()).unwrap_or_default().to_owned())
    }

    /// `tools/list`, and again whenever the bridge says that it changed, until the tool is there: a list is short until the
    /// person has signed in.
    ///
    /// # Errors
    /// One sentence.
    pub(super) async fn tools_with(&mut self, tool: &str) -> Result<Vec<String>, String> {
        loop {
            let seen = self.changes;
            let result = self.request("tools/list", json!({})).await?;
            let tools = result["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
            let names: Vec<String> = tools.iter().filter_map(|tool| tool["name"].as_str()).map(str::to_owned).collect();
            if names.iter().any(|name| name == tool) {
                return Ok(names);
            }
            while self.changes == seen {
                self.receive().await?;
            }
        }
    }

    /// `tools/call`.
    ///
    /// # Errors
    /// One sentence if there is no result: a refusal is one.
    pub(super) async fn call(&mut self, tool: &str, arguments: &Value) -> Result<Heard, String> {
        let result = self.request("tools/call", json!({ "name": tool, "arguments": arguments })).await?;
        let parts = result["content"].as_array().map(Vec::as_slice).unwrap_or_default();
        let text = parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n");
        Ok(Heard { text, failed: result["isError"] == true })
    }

    /// Closes the bridge's stdin, as an app that quits does, and waits for its end.
    pub(super) async fn quit(mut self) {
        self.stdin = None;
        // Past that it is killed when it is dropped.
        let _ = tokio::time::timeout(FAREWELL, self.bridge.wait()).await;
    }

    async fn request(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.next += 1;
        let id = Value::from(self.next);
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await?;
        loop {
            let mut message = self.receive().await?;
            if message.get("method").is_none() && message["id"] == id {
                return match message["error"]["message"].as_str() {
                    Some(error) => Err(format!("the app was told: {error}")),
                    None => Ok(message["result"].take()),
                };
            }
        }
    }

    async fn send(&mut self, message: &Value) -> Result<(), String> {
        let stdin = self.stdin.as_mut().ok_or("the app has quit")?;
        let line = format!("{message}\n");
        let written = async {
            stdin.write_all(line.as_bytes()).await?;
            stdin.flush().await
        }
        .await;
        written.map_err(|why| format!("the bridge does not read: {why}"))
    }

    async fn receive(&mut self) -> Result<Value, String> {
        let line = self.lines.next_line().await.map_err(|why| format!("the bridge cannot be read: {why}"))?;
        let line = line.ok_or("the bridge ended")?;
        let message: Value = serde_json::from_str(&line).map_err(|_| "the bridge wrote something that is no JSON")?;
        if message["method"] == "notifications/tools/list_changed" {
            self.changes += 1;
        }
        Ok(message)
    }
}
