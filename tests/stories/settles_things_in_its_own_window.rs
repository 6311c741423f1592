//! What the person settles in Keyholder's own window before and beside the questions: a server is looked at before it is added, the
//! settings are changed, and each tool runs, asks or is off.

use std::time::Duration;

use harness::{CONNECTING_RUNS, House, Installation, Window, eventually, is_refused, let_pass, said};
use serde_json::{Value, json};

fn view(window: &mut Window, order: &Value) -> Value {
    let reply = window.order(order);
    assert!(reply["answer"].is_object(), "{order}: {reply}");
    reply["answer"]["view"].clone()
}

fn code(reply: &Value) -> &str {
    reply["error"]["code"].as_str().unwrap_or_else(|| panic!("no error: {reply}"))
}

fn echo(nonce: &str) -> Value {
    json!({ "text": nonce, "nonce": nonce })
}

#[test]
fn a_server_is_looked_at_without_leaving_anything_there_and_then_added() {
    let house = House::open();
    let installation = Installation::new();
    let _broker = installation.broker(&house);
    assert_eq!(house.order(&["open", "connect"]).code, 0);
    let mut window = installation.window();
    let url = house.servers.server_url();
    let probe = view(&mut window, &json!({ "order": "probe", "url": url }));
    let steps: Vec<_> =
        probe["checks"].as_array().unwrap().iter().map(|check| check["step"].as_str().unwrap()).collect();
    assert_eq!(
        steps,
        ["address", "answers", "protocol", "resource_metadata", "server_metadata", "registration"],
        "{probe}"
    );
    assert!(probe["checks"].as_array().unwrap().iter().all(|check| check["state"] != "fail"), "{probe}");
    assert_eq!(probe["issuer"], house.servers.issuer());
    assert!(
        probe["scopes"].as_array().is_some_and(|scopes| scopes.iter().any(|scope| scope["wanted"] == true)),
        "{probe}"
    );
    let tally = house.servers.tally();
    assert_eq!((tally.registrations, tally.authorize_visits), (0, 0), "nothing was left there");
    assert_eq!(house.order(&["ls"]).json["servers"], json!([]), "and nothing here");

    let added = view(&mut window, &json!({ "order": "add_server", "name": "notes", "url": url }));
    assert_eq!(added["name"], "notes");
    assert_eq!(view(&mut window, &json!({ "order": "probe", "url": url }))["known_as"], "notes");
    std::fs::create_dir(house.home.path().join(".cursor")).unwrap();
    let hosts = view(&mut window, &json!({ "order": "hosts", "server": "notes" }));
    let program = installation.window_program().with_file_name("keyholder").display().to_string();
    let cursor = hosts.as_array().unwrap().iter().find(|host| host["id"] == "cursor").unwrap();
    let snippet: Value = serde_json::from_str(cursor["snippet"].as_str().unwrap()).unwrap();
    assert_eq!(snippet["mcpServers"]["notes"], json!({ "command": program, "args": ["bridge", "notes"] }));
}

#[test]
fn a_program_that_wants_an_address_visited_asks_first() {
    let house = House::open();
    let _broker = house.broker(&["--no-ask"]);
    assert_eq!(house.order(&["probe", &house.servers.server_url()]).code, 5);
    assert_eq!(house.servers.events(), [], "nobody is even visited");
    let told = house.order(&["probe", "http://mcp.example.com/mcp"]);
    assert_eq!((told.code, told.json["checks"][0]["state"].as_str()), (1, Some("fail")), "{told:?}");
    assert_eq!(house.order(&["config", "set", "approval.guard_ms", "250"]).code, 5);
    assert_eq!(house.order(&["config", "set", "approval.guard_ms", "1"]).code, 2, "what cannot be is not asked about");
    assert!(!house.home.path().join("config/config.toml").exists());
}

#[test]
fn a_setting_counts_at_once_and_leaves_the_file_as_it_was_written() {
    let house = House::open();
    let by_hand = format!("# mine\n[servers.notes] # at work\nurl = \"{}\"\n", house.servers.server_url());
    house.home.config(&by_hand);
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    let call = host.send("tools/call", json!({ "name": "echo", "arguments": echo("slow") }));
    let mut window = installation.window();
    let question = window.question();
    window.see(&question);
    let reply = window.order(&json!({ "order": "set", "setting": "guard", "value": 2000 }));
    assert_eq!(reply["answer"]["view"]["note"], Value::Null, "{reply}");
    let_pass(Duration::from_millis(450));
    assert_eq!(code(&window.say(&question, "allow_once")), "too_soon", "it counts for what is in view already");
    let reply = window.order(&json!({ "order": "set", "setting": "guard", "value": 2001 }));
    assert_eq!(code(&reply), "invalid");
    view(&mut window, &json!({ "order": "set", "setting": "guard", "value": 250 }));
    view(&mut window, &json!({ "order": "set", "setting": "look", "value": "dark" }));
    window.answer(&question, "allow_once");
    assert_eq!(said(&host.wait(&call)), "slow");
    let settings = &view(&mut window, &json!({ "order": "status" }))["settings"];
    assert_eq!((&settings["guard_ms"], &settings["look"]), (&json!(250), &json!("dark")));
    let text = std::fs::read_to_string(house.home.path().join("config/config.toml")).unwrap();
    assert!(
        text.starts_with(&by_hand) && text.contains("guard_ms = 250") && text.contains("look = \"dark\""),
        "{text}"
    );
    assert!(house.log_says("change_setting", "approval.guard_ms = 2000"));
    let told = house.order(&["config", "get"]);
    assert_eq!((told.code, &told.json["guard_ms"]), (0, &json!(250)));
}

#[test]
fn a_tool_runs_asks_or_is_off_for_every_app_as_the_person_says() {
    let house = House::open();
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    assert_eq!(house.order(&["open", "grants"]).code, 0);
    let mut window = installation.window();
    let usage = |tool: &str, usage: Value| json!({ "order": "set_tool_use", "server": "notes", "account": "default", "tool": tool, "usage": usage });
    let told = |window: &mut Window| {
        let tools = view(window, &json!({ "order": "labels", "server": "notes" }));
        let tools = tools.as_array().unwrap().clone();
        tools.into_iter().find(|tool| tool["name"] == "echo").unwrap()["usage"].clone()
    };
    view(&mut window, &usage("echo", json!("silent")));
    assert_eq!(said(&host.call("echo", echo("silent"))), "silent", "nobody was asked");
    assert_eq!(told(&mut window), "silent");

    view(&mut window, &usage("echo", json!("off")));
    eventually("the host is told", || {
        host.listen(Duration::from_millis(50));
        host.notifications().iter().any(|one| one["method"] == "notifications/tools/list_changed").then_some(())
    });
    assert!(!host.has_tool("echo"));
    assert!(is_refused(&host.call("echo", echo("off"))));
    assert_eq!(house.servers.executions("off"), 0);

    view(&mut window, &usage("echo", json!("ask")));
    assert!(host.has_tool("echo"));
    let call = host.send("tools/call", json!({ "name": "echo", "arguments": echo("asked") }));
    let question = window.question();
    window.answer(&question, "allow_once");
    assert_eq!(said(&host.wait(&call)), "asked");

    let reply = window.order(&usage("delete_note", json!("silent")));
    assert_eq!(code(&reply), "denied", "what destroys always asks");
    let rules = view(&mut window, &json!({ "order": "rules" }));
    let said_rules: Vec<_> = rules.as_array().unwrap().iter().filter(|rule| rule["origin"] == "answer").collect();
    assert_eq!(said_rules.len(), 1, "each time in the place of the one before: {said_rules:?}");
    assert_eq!((&said_rules[0]["effect"], &said_rules[0]["binds_arguments"]), (&json!("ask"), &json!(false)));
    let grants = view(&mut window, &json!({ "order": "grants" }));
    assert_eq!(grants[0]["renews"], true, "{grants}");
    assert!(grants[0]["record"].as_str().is_some_and(|name| name.starts_with("Keyholder ")), "{grants}");
}
