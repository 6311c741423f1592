//! Which commands there are. Each gets a permission of its own (`allow-approval-answer`); without this list every window could
//! call all of them.

/// As in `src/app.rs`; a name that is missing here cannot be called, and `capabilities/` cannot name it.
const COMMANDS: [&str; 17] = [
    "approval_answer",
    "approval_answer_listed",
    "approval_close",
    "approval_edit",
    "approval_here",
    "approval_list",
    "approval_offer_pattern",
    "approval_raw",
    "approval_seen",
    "approval_show",
    "approval_show_listed",
    "approval_touched",
    "main_lower",
    "main_destination",
    "main_raise",
    "main_read",
    "main_save",
];

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    tauri_build::try_build(attributes).expect("the app's configuration holds together");
}
