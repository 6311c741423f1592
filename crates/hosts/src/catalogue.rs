//! The apps, as data.
//!
//! Paths are templates ([`Around::expand`](crate::around::Around::expand)), the one to be used first; where several are named, a
//! file that exists goes before one that does not.

use crate::around::Platform;

/// One host app.
pub(crate) struct App {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// Where its list of servers stands.
    pub(crate) files: Places,
    /// What is only there if the app is.
    pub(crate) marks: Places,
    pub(crate) shape: Shape,
    /// The program that does the same by a command.
    pub(crate) program: Option<Program>,
    /// Whether it must be started anew to notice.
    pub(crate) notices: Notices,
}

/// Templates, by platform.
pub(crate) struct Places {
    pub(crate) linux: &'static [&'static str],
    pub(crate) macos: &'static [&'static str],
    pub(crate) windows: &'static [&'static str],
}

/// How an app writes its servers down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// `amp.mcpServers` in a file of settings.
    Amp,
    /// `mcpServers`, with the kind of the server.
    ClaudeCode,
    /// `[mcp_servers.…]` in TOML.
    Codex,
    /// `mcpServers`, with the kind of the server and the tools that are let through.
    Copilot,
    /// `mcp`, with the kind of the server.
    Crush,
    /// `extensions` in YAML.
    Goose,
    /// `mcpServers`, as most have it.
    Plain,
    /// `mcp`, where the command is one list.
    OpenCode,
    /// `servers`, with the kind of the server.
    VsCode,
    /// `context_servers` in a file of settings.
    Zed,
}

/// How an app's own program takes a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Program {
    /// These words, the server's key, `--`, and what is to be started.
    Dashed(&'static [&'static str]),
    /// This program, `--add-mcp`, and JSON.
    Json(&'static str),
    /// These words, the server's key, and what is to be started.
    Plain(&'static [&'static str]),
}

/// When an app notices that its file changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Notices {
    /// By itself.
    AtOnce,
    /// At its next start.
    AtStart,
}

impl Places {
    /// The same everywhere.
    const fn everywhere(all: &'static [&'static str]) -> Self {
        Self { linux: all, macos: all, windows: all }
    }

    pub(crate) fn on(&self, platform: Platform) -> &'static [&'static str] {
        match platform {
            Platform::Linux => self.linux,
            Platform::Macos => self.macos,
            Platform::Windows => self.windows,
        }
    }
}

/// All of them, the best known first.
pub(crate) const APPS: &[App] = &[
    App {
        id: "claude-desktop",
        name: "Claude Desktop",
        files: Places {
            linux: &["{config}/Claude/claude_desktop_config.json", "{config}/claude/claude_desktop_config.json"],
            macos: &["{config}/Claude/claude_desktop_config.json"],
            // The packaged app sees a folder of its own in the place of %APPDATA%.
            windows: &[
                "{local}/Packages/Claude_*/LocalCache/Roaming/Claude/claude_desktop_config.json",
                "{config}/Claude/claude_desktop_config.json",
            ],
        },
        marks: Places {
            linux: &["{config}/Claude", "{config}/claude"],
            macos: &["{config}/Claude", "/Applications/Claude.app", "~/Applications/Claude.app"],
            windows: &["{local}/Packages/Claude_*", "{config}/Claude", "{local}/AnthropicClaude"],
        },
        shape: Shape::Plain,
        program: None,
        notices: Notices::AtStart,
    },
    App {
        id: "claude-code",
        name: "Claude Code",
        files: Places::everywhere(&["{CLAUDE_CONFIG_DIR:~}/.claude.json"]),
        marks: Places::everywhere(&["{CLAUDE_CONFIG_DIR:~/.claude}"]),
        shape: Shape::ClaudeCode,
        // The running app rewrites its file, so its own program is the better way.
        program: Some(Program::Dashed(&["claude", "mcp", "add", "--scope", "user"])),
        notices: Notices::AtStart,
    },
    App {
        id: "cursor",
        name: "Cursor",
        files: Places::everywhere(&["~/.cursor/mcp.json"]),
        marks: Places {
            linux: &["~/.cursor"],
            macos: &["~/.cursor", "/Applications/Cursor.app"],
            windows: &["~/.cursor", "{local}/Programs/cursor"],
        },
        shape: Shape::Plain,
        program: None,
        notices: Notices::AtOnce,
    },
    App {
        id: "vscode",
        name: "VS Code",
        files: Places::everywhere(&["{config}/Code/User/mcp.json"]),
        marks: Places {
            linux: &["{config}/Code"],
            macos: &["{config}/Code", "/Applications/Visual Studio Code.app"],
            windows: &["{config}/Code", "{local}/Programs/Microsoft VS Code"],
        },
        shape: Shape::VsCode,
        program: Some(Program::Json("code")),
        notices: Notices::AtOnce,
    },
    App {
        id: "vscode-insiders",
        name: "VS Code Insiders",
        files: Places::everywhere(&["{config}/Code - Insiders/User/mcp.json"]),
        marks: Places::everywhere(&["{config}/Code - Insiders"]),
        shape: Shape::VsCode,
        program: Some(Program::Json("code-insiders")),
        notices: Notices::AtOnce,
    },
    App {
        id: "windsurf",
        name: "Windsurf",
        files: Places::everywhere(&["~/.codeium/windsurf/mcp_config.json"]),
        marks: Places {
            linux: &["~/.codeium/windsurf"],
            macos: &["~/.codeium/windsurf", "/Applications/Windsurf.app"],
            windows: &["~/.codeium/windsurf", "{local}/Programs/Windsurf"],
        },
        shape: Shape::Plain,
        program: None,
        notices: Notices::AtStart,
    },
    App {
        id: "zed",
        name: "Zed",
        files: Places {
            linux: &["{xdg}/zed/settings.json", "~/.var/app/dev.zed.Zed/config/zed/settings.json"],
            macos: &["{xdg}/zed/settings.json"],
            windows: &["{config}/Zed/settings.json"],
        },
        marks: Places {
            linux: &["{xdg}/zed", "~/.var/app/dev.zed.Zed"],
            macos: &["{xdg}/zed", "/Applications/Zed.app"],
            windows: &["{config}/Zed"],
        },
        shape: Shape::Zed,
        program: None,
        notices: Notices::AtOnce,
    },
    App {
        id: "codex",
        name: "Codex",
        files: Places::everywhere(&["{CODEX_HOME:~/.codex}/config.toml"]),
        marks: Places::everywhere(&["{CODEX_HOME:~/.codex}"]),
        shape: Shape::Codex,
        program: Some(Program::Dashed(&["codex", "mcp", "add"])),
        notices: Notices::AtStart,
    },
    App {
        id: "gemini-cli",
        name: "Gemini CLI",
        files: Places::everywhere(&["~/.gemini/settings.json"]),
        marks: Places::everywhere(&["~/.gemini/settings.json", "~/.gemini/oauth_creds.json"]),
        shape: Shape::Plain,
        program: Some(Program::Plain(&["gemini", "mcp", "add", "--scope", "user"])),
        notices: Notices::AtStart,
    },
    App {
        id: "goose",
        name: "Goose",
        files: Places {
            linux: &["{xdg}/goose/config.yaml"],
            macos: &["{xdg}/goose/config.yaml"],
            windows: &["{config}/Block/goose/config/config.yaml"],
        },
        marks: Places {
            linux: &["{xdg}/goose"],
            macos: &["{xdg}/goose", "/Applications/Goose.app"],
            windows: &["{config}/Block/goose"],
        },
        shape: Shape::Goose,
        program: None,
        notices: Notices::AtStart,
    },
    App {
        id: "lm-studio",
        name: "LM Studio",
        files: Places::everywhere(&["~/.lmstudio/mcp.json", "~/.cache/lm-studio/mcp.json"]),
        marks: Places::everywhere(&["~/.lmstudio", "~/.cache/lm-studio"]),
        shape: Shape::Plain,
        program: None,
        notices: Notices::AtOnce,
    },
    App {
        id: "copilot-cli",
        name: "GitHub Copilot CLI",
        files: Places::everywhere(&["~/.copilot/mcp-config.json"]),
        marks: Places::everywhere(&["~/.copilot"]),
        shape: Shape::Copilot,
        program: None,
        notices: Notices::AtStart,
    },
    App {
        id: "opencode",
        name: "OpenCode",
        files: Places::everywhere(&["{xdg}/opencode/opencode.json", "{xdg}/opencode/opencode.jsonc"]),
        marks: Places::everywhere(&["{xdg}/opencode"]),
        shape: Shape::OpenCode,
        program: None,
        notices: Notices::AtStart,
    },
    App {
        id: "kiro",
        name: "Kiro",
        files: Places::everywhere(&["~/.kiro/settings/mcp.json"]),
        marks: Places::everywhere(&["~/.kiro"]),
        shape: Shape::Plain,
        program: None,
        notices: Notices::AtOnce,
    },
    App {
        id: "antigravity",
        name: "Antigravity",
        files: Places::everywhere(&["~/.gemini/config/mcp_config.json", "~/.gemini/antigravity/mcp_config.json"]),
        marks: Places::everywhere(&["~/.gemini/config/mcp_config.json", "~/.gemini/antigravity"]),
        shape: Shape::Plain,
        program: None,
        notices: Notices::AtStart,
    },
    App {
        id: "amp",
        name: "Amp",
        files: Places {
            linux: &["{xdg}/amp/settings.json"],
            macos: &["{xdg}/amp/settings.json"],
            windows: &["{config}/amp/settings.json"],
        },
        marks: Places { linux: &["{xdg}/amp"], macos: &["{xdg}/amp"], windows: &["{config}/amp"] },
        shape: Shape::Amp,
        program: None,
        notices: Notices::AtStart,
    },
    App {
        id: "crush",
        name: "Crush",
        files: Places {
            linux: &["{xdg}/crush/crush.json"],
            macos: &["{xdg}/crush/crush.json"],
            windows: &["{local}/crush/crush.json"],
        },
        marks: Places { linux: &["{xdg}/crush"], macos: &["{xdg}/crush"], windows: &["{local}/crush"] },
        shape: Shape::Crush,
        program: None,
        notices: Notices::AtStart,
    },
    App {
        id: "factory-droid",
        name: "Factory Droid",
        files: Places::everywhere(&["~/.factory/mcp.json"]),
        marks: Places::everywhere(&["~/.factory"]),
        shape: Shape::ClaudeCode,
        program: None,
        notices: Notices::AtStart,
    },
];
