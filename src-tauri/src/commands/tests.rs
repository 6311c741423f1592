//! Four lists say which commands there are. A command that is missing in one of them cannot be called; one that stands in the
//! wrong window's could be called by it.

use std::collections::BTreeSet;

fn words<'a>(text: &'a str, after: &'a str) -> BTreeSet<String> {
    let ends = |c: char| !(c.is_ascii_lowercase() || c == '_' || c == '-');
    text.split(after).skip(1).filter_map(|rest| rest.split(ends).next()).map(|word| word.replace('-', "_")).collect()
}

fn commands() -> BTreeSet<String> {
    let listed = include_str!("../../build.rs").split("    \"").skip(1);
    listed.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn each_command_stands_in_every_list_and_belongs_to_the_window_whose_name_it_has() {
    let commands = commands();
    assert!(commands.contains("approval_answer") && commands.contains("main_read"), "{commands:?}");
    for (window, capability) in [
        ("approval", include_str!("../../capabilities/approval.json")),
        ("main", include_str!("../../capabilities/main.json")),
    ] {
        let own: BTreeSet<_> = commands.iter().filter(|name| name.starts_with(window)).cloned().collect();
        assert_eq!(words(capability, "\"allow-"), own, "capabilities/{window}.json");
        assert!(capability.contains(&format!("\"windows\": [\"{window}\"]")));
    }
    let handled = words(include_str!("../app.rs"), "approval::")
        .union(&words(include_str!("../app.rs"), "main::"))
        .cloned()
        .collect::<BTreeSet<_>>();
    assert_eq!(handled, commands, "app.rs");
    let looked_through: BTreeSet<_> = words(include_str!("../../isolation/drop.js"), "\n  ")
        .into_iter()
        .filter(|word| word.starts_with("approval_") || word.starts_with("main_"))
        .collect();
    assert_eq!(looked_through, commands, "isolation/drop.js");
}

#[test]
fn a_window_hears_events_and_has_no_other_permission_of_the_library() {
    for capability in [include_str!("../../capabilities/approval.json"), include_str!("../../capabilities/main.json")] {
        let capability: serde_json::Value = serde_json::from_str(capability).unwrap();
        let permissions = capability["permissions"].as_array().unwrap();
        // One that is no text would be a permission with a scope; ours need none.
        let others: Vec<_> =
            permissions.iter().filter(|one| !one.as_str().is_some_and(|name| name.starts_with("allow-"))).collect();
        assert_eq!(others, ["core:event:allow-listen", "core:event:allow-unlisten"]);
    }
}

#[test]
fn the_policy_of_the_pages_lets_the_frame_that_looks_through_their_messages_be_there() {
    // The library adds the frame's address to `default-src` alone: a `frame-src` or `child-src`, or 'none', would keep it out, and
    // then no message would ever arrive.
    let configuration: tauri::utils::config::Config =
        serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
    let security = configuration.app.security;
    let policy = serde_json::to_value(security.csp).unwrap();
    assert_eq!(policy["default-src"], "'self'");
    for kind in ["frame-src", "child-src"] {
        assert!(policy.get(kind).is_none());
    }
    for kind in ["script-src", "style-src"] {
        assert_eq!(policy[kind], "'self'");
    }
    assert!(security.freeze_prototype);
    assert!(!configuration.app.with_global_tauri);
}
