//! Private data, text that anybody may have written, a way out: together they are asked about, whatever else is permitted, across
//! servers and processes of one app (catalogue case 182).

use harness::{House, Servers, eventually, is_refused, said};
use keyholder_demo::{Faults, Protection};
use serde_json::{Value, json};

/// Calls run without a question, but not everything: a bare permit would switch the shipped rules off.
const CALLS_RUN: &str = r#"
permit(principal, action in [Action::"connect", Action::"connect_unattended", Action::"call", Action::"call_unattended"],
  resource);
"#;

fn tool(name: &str, description: &str) -> Value {
    json!({ "name": name, "description": description, "inputSchema": { "type": "object" } })
}

fn server(tools: &[Value]) -> Servers {
    Servers::start(|options| {
        options.protection = Protection::Open;
        options.faults = Faults { extra_tools: tools.to_vec(), ..Faults::default() };
    })
}

#[test]
fn what_was_read_at_one_server_is_not_sent_out_by_another_unasked() {
    let house = House::open();
    house.home.policy(CALLS_RUN);
    let mail = server(&[tool("read_contacts", "Reads the address book")]);
    let web = server(&[tool("fetch_url", "Fetches a web page"), tool("send_message", "Sends a message")]);
    house.home.config(&format!(
        "[servers.desk]\nurl = \"{}\"\n[servers.web]\nurl = \"{}\"\n",
        mail.server_url(),
        web.server_url()
    ));
    let mut terminal = house.terminal();
    // Two host processes of one app, one server each.
    let (mut at_mail, mut at_web) = (house.host_with(&["desk"]), house.host_with(&["web"]));
    at_mail.initialize();
    at_web.initialize();
    let send = |host: &mut harness::Host, to: &str| {
        host.send("tools/call", json!({ "name": "send_message", "arguments": { "to": to, "text": "hi" } }))
    };
    let sent = send(&mut at_web, "a@example.com");
    assert_eq!(said(&at_web.wait(&sent)), "done", "sending alone runs");
    assert_eq!(said(&at_mail.call("read_contacts", json!({}))), "done");
    let sent = send(&mut at_web, "b@example.com");
    assert_eq!(said(&at_web.wait(&sent)), "done", "after private data alone it runs");
    assert_eq!(said(&at_web.call("fetch_url", json!({ "page": 1 }))), "done");

    let sent = send(&mut at_web, "c@example.com");
    let question = terminal.question();
    for part in ["send_message", "c@example.com", "desk/read_contacts", "web/fetch_url"] {
        assert!(question.contains(part), "{part} in:\n{question}");
    }
    assert!(question.contains("private data") && question.contains("anybody may have written"), "{question}");
    terminal.answer("yes");
    assert_eq!(said(&at_web.wait(&sent)), "done");
    // A yes is for that one: the next is asked about again, by another process of the app and after a new broker as well.
    drop((at_mail, at_web));
    let mut again = house.host_with(&["web"]);
    again.initialize();
    let sent = send(&mut again, "d@example.com");
    terminal.question();
    terminal.answer("no");
    assert!(is_refused(&again.wait(&sent)));
    drop(again);
    drop(terminal);
    eventually("the end of the broker", || (house.home.count_brokers() == 0).then_some(()));
    let mut terminal = house.terminal();
    let mut again = house.host_with(&["web"]);
    again.initialize();
    let sent = send(&mut again, "e@example.com");
    assert!(terminal.question().contains("desk/read_contacts"));
    terminal.answer("no");
    assert!(is_refused(&again.wait(&sent)));

    // The person begins the session anew, at the face.
    let app = house.order(&["approvals", "history"]).json["histories"][0]["app"].as_str().unwrap().to_owned();
    std::thread::scope(|scope| {
        let resetting = scope.spawn(|| house.order(&["approvals", "history", "reset", &app]));
        terminal.question();
        terminal.answer("yes");
        assert_eq!(resetting.join().unwrap().code, 0);
    });
    let sent = send(&mut again, "f@example.com");
    assert_eq!(said(&again.wait(&sent)), "done");
}
