//! Which door may give which order (invariant 7), and that orders read back.

use super::*;
use crate::error::Code;

fn all() -> Vec<Order> {
    let name = || "github".to_owned();
    vec![
        Order::AddServer(NewServer { name: name(), url: "https://x.example".into(), ..NewServer::default() }),
        Order::Approvals,
        Order::Deny { question: "q".into() },
        Order::Doctor,
        Order::Grants,
        Order::Lock,
        Order::Log(LogQuery { server: Some(name()), ..LogQuery::default() }),
        Order::Login { name: name(), account: None },
        Order::Logout { name: name(), account: Some("work".into()) },
        Order::Pause { server: name() },
        Order::RemoveRule { rule: "r".into() },
        Order::RemoveServer { name: name() },
        Order::Resume { server: name() },
        Order::Revoke { whose: Whose::All },
        Order::Revoke { whose: Whose::Server { name: name(), account: None } },
        Order::Rules,
        Order::Servers,
        Order::ShowServer { name: name() },
        Order::Status,
        Order::Stop,
        Order::Unlock,
        Order::VerifyLog,
    ]
}

#[test]
fn what_raises_authority_becomes_a_question_at_the_side_door() {
    let mut asked: Vec<&str> = Vec::new();
    for order in all() {
        assert_eq!(order.handling(OrderDoor::Counter), Handling::CarryOut);
        if order.handling(OrderDoor::Side) == Handling::AskFirst {
            asked.push(order.name());
        }
    }
    assert_eq!(asked, ["add_server", "login", "remove_rule", "resume", "unlock"]);
}

#[test]
fn orders_read_back_under_their_own_name() {
    for order in all() {
        let json = serde_json::to_value(Ask::new(order.clone())).unwrap();
        assert_eq!(json["order"]["order"], order.name());
        assert_eq!(Ask::parse(json.to_string().as_bytes()), Ok(order));
    }
}

#[test]
fn an_order_of_another_version_or_shape_is_refused() {
    assert_eq!(Ask::parse(br#"{"version":2,"order":{"order":"become_root"}}"#).unwrap_err().code, Code::Version);
    for bad in [
        &b""[..],
        b"null",
        br#"{"version":1}"#,
        br#"{"version":1,"order":{"order":"approve","question":"q"}}"#,
        b"\xff",
    ] {
        assert_eq!(Ask::parse(bad).unwrap_err().code, Code::Invalid);
    }
}

#[test]
fn an_answer_names_its_schema() {
    let servers = crate::envelope::of(&Answer::Servers(Vec::new()));
    assert_eq!(servers.to_string(), r#"{"schema":"keyholder.servers/1","servers":[]}"#);
    let done = crate::envelope::of(&Answer::Done(Receipt { note: Some("locked".into()) }));
    assert_eq!(done["schema"], "keyholder.receipt/1");
    assert_eq!(done["note"], "locked");
    assert_eq!(crate::envelope::not_running()["running"], false);
}

#[test]
fn a_reply_reads_back() {
    let reply = Reply::from(Err(ConsoleError::new(Code::NotFound).about("x").because("y")));
    let json = serde_json::to_string(&reply).unwrap();
    assert_eq!(json, r#"{"error":{"code":"not_found","subject":"x","detail":"y"}}"#);
    assert_eq!(serde_json::from_str::<Reply>(&json).unwrap(), reply);
}
