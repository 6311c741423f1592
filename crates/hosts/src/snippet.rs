//! What a person pastes into an app's own configuration: a whole small document that holds one server and nothing else, so that
//! it can be put into an empty file, or merged with what is there.

use crate::catalogue::Shape;

/// What is written down for one server.
pub(crate) struct Entry<'a> {
    /// The server's name in the app.
    pub(crate) key: &'a str,
    /// The program to be started.
    pub(crate) program: &'a str,
    /// Its arguments.
    pub(crate) arguments: [&'a str; 2],
}

impl Entry<'_> {
    pub(crate) fn text(&self, shape: Shape) -> String {
        match shape {
            Shape::Amp => self.json("amp.mcpServers", &self.plain(&[])),
            Shape::ClaudeCode => self.json("mcpServers", &self.plain(&[r#""type": "stdio""#])),
            Shape::Codex => self.codex(),
            Shape::Copilot => {
                let mut members = self.plain(&[r#""type": "stdio""#]);
                members.push(r#""tools": ["*"]"#.to_owned());
                self.json("mcpServers", &members)
            }
            Shape::Crush => self.json("mcp", &self.plain(&[r#""type": "stdio""#])),
            Shape::Goose => self.goose(),
            Shape::Plain => self.json("mcpServers", &self.plain(&[])),
            Shape::OpenCode => {
                let command =
                    [self.program].into_iter().chain(self.arguments).map(quote).collect::<Vec<_>>().join(", ");
                let members = [
                    r#""type": "local""#.to_owned(),
                    format!(r#""command": [{command}]"#),
                    r#""enabled": true"#.to_owned(),
                ];
                self.json("mcp", &members)
            }
            Shape::VsCode => self.json("servers", &self.plain(&[r#""type": "stdio""#])),
            Shape::Zed => {
                let mut members = self.plain(&[r#""source": "custom""#, r#""enabled": true"#]);
                members.push(r#""env": {}"#.to_owned());
                self.json("context_servers", &members)
            }
        }
    }

    /// The server alone, as JSON on one line, with its name among its members.
    pub(crate) fn on_one_line(&self) -> String {
        format!("{{{}}}", [vec![format!(r#""name": {}"#, quote(self.key))], self.plain(&[])].concat().join(", "))
    }

    fn plain(&self, before: &[&str]) -> Vec<String> {
        let own = [format!(r#""command": {}"#, quote(self.program)), format!(r#""args": [{}]"#, self.list())];
        before.iter().map(|&member| member.to_owned()).chain(own).collect()
    }

    fn list(&self) -> String {
        self.arguments.map(quote).join(", ")
    }

    fn json(&self, list: &str, members: &[String]) -> String {
        let members = members.join(",\n      ");
        format!("{{\n  {}: {{\n    {}: {{\n      {members}\n    }}\n  }}\n}}\n", quote(list), quote(self.key))
    }

    /// TOML takes JSON's strings (TOML 1.0, "Basic strings"). Calls wait for the person, hence the time.
    fn codex(&self) -> String {
        let (program, arguments) = (quote(self.program), self.list());
        format!("[mcp_servers.{}]\ncommand = {program}\nargs = [{arguments}]\ntool_timeout_sec = 600\n", self.key)
    }

    /// YAML takes JSON's strings and lists (YAML 1.2, §1.3).
    fn goose(&self) -> String {
        let (key, program, arguments) = (self.key, quote(self.program), self.list());
        format!(
            "extensions:\n  {key}:\n    enabled: true\n    type: stdio\n    name: {key}\n    description: \"\"\n    cmd: {program}\n    args: [{arguments}]\n    envs: {{}}\n    env_keys: []\n    timeout: 300\n    bundled: null\n"
        )
    }
}

/// A text as JSON has it.
fn quote(text: &str) -> String {
    // TOML wants this one escaped too, and JSON may have it so.
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::APPS;
    use serde_json::{Value, json};

    const PROGRAM: &str = "C:\\Program Files\\Keyholder \"x\"\\keyholder.exe";

    fn entry() -> Entry<'static> {
        Entry { key: "linear", program: PROGRAM, arguments: ["bridge", "linear.app"] }
    }

    #[test]
    fn every_snippet_says_what_is_to_be_started_in_the_apps_own_way() {
        let plain = json!({ "command": PROGRAM, "args": ["bridge", "linear.app"] });
        let with = |more: Value| {
            let mut all = plain.clone();
            all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            all
        };
        for (shape, expected) in [
            (Shape::Amp, json!({ "amp.mcpServers": { "linear": plain } })),
            (Shape::ClaudeCode, json!({ "mcpServers": { "linear": with(json!({ "type": "stdio" })) } })),
            (Shape::Copilot, json!({ "mcpServers": { "linear": with(json!({ "type": "stdio", "tools": ["*"] })) } })),
            (Shape::Crush, json!({ "mcp": { "linear": with(json!({ "type": "stdio" })) } })),
            (Shape::Plain, json!({ "mcpServers": { "linear": plain } })),
            (Shape::VsCode, json!({ "servers": { "linear": with(json!({ "type": "stdio" })) } })),
            (
                Shape::Zed,
                json!({ "context_servers": { "linear": with(json!({ "source": "custom", "enabled": true, "env": {} })) } }),
            ),
            (
                Shape::OpenCode,
                json!({ "mcp": { "linear": { "type": "local", "command": [PROGRAM, "bridge", "linear.app"], "enabled": true } } }),
            ),
        ] {
            let text = entry().text(shape);
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected, "{text}");
        }
        let toml = entry().text(Shape::Codex);
        assert!(toml.starts_with("[mcp_servers.linear]\ncommand = \"C:\\\\Program Files"), "{toml}");
        let yaml = entry().text(Shape::Goose);
        assert!(yaml.contains("  linear:\n") && yaml.contains("args: [\"bridge\", \"linear.app\"]"), "{yaml}");
        assert_eq!(serde_json::from_str::<Value>(&entry().on_one_line()).unwrap(), with(json!({ "name": "linear" })));
    }

    #[test]
    fn no_snippet_holds_anything_secret_or_more_than_one_server() {
        for app in APPS {
            let text = entry().text(app.shape);
            assert_eq!(text.matches("keyholder.exe").count(), 1, "{}", app.id);
            assert!(text.ends_with('\n'), "{}", app.id);
        }
    }
}
