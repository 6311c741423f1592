//! Keyholder's own window, which only the broker starts: what is answered there counts, whatever happens to the window, and nothing
//! that is answered elsewhere or too early does.

use std::time::Duration;

use harness::{CONNECTING_RUNS, House, Installation, Window, is_refused, kill9, said};
use serde_json::{Value, json};

fn echo(text: &str) -> Value {
    json!({ "name": "echo", "arguments": { "text": text, "nonce": text } })
}

fn code(reply: &Value) -> &str {
    reply["error"]["code"].as_str().unwrap_or_else(|| panic!("no error: {reply}"))
}

#[test]
fn a_call_waits_for_the_window_and_does_as_it_is_told() {
    let house = House::open();
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    let call = host.send("tools/call", echo("once"));
    let mut window = installation.window();
    assert_eq!(window.started["arguments"], json!(["--face"]));
    let names = window.started["environment"].to_string();
    assert!(names.contains("DISPLAY") && !names.contains("LD_PRELOAD"), "{names}");
    let question = window.question();
    assert!(question["question"]["app"].as_str().is_some_and(|app| app.starts_with("stories")), "{question}");
    assert_eq!(question["subject"], json!({ "kind": "call", "tool": "echo", "claims": question["subject"]["claims"] }));
    assert_eq!((&question["position"], &question["of"], &question["alike"]), (&json!(1), &json!(1), &json!([])));
    assert!(question["ancestry"].as_str().is_some_and(|line| line.contains("keyholder")), "{question}");
    let raw = window.order(&json!({ "order": "show_raw", "question": question["question"]["id"] }));
    assert_eq!(raw["answer"]["view"]["text"], echo("once")["arguments"].to_string(), "the exact bytes");
    assert_eq!(house.servers.executions("once"), 0, "nothing is sent before the answer");
    window.answer(&question, "allow_once");
    assert_eq!(said(&host.wait(&call)), "once");
    assert!(house.log_says("answer", "allow once"));

    let call = host.send("tools/call", echo("no"));
    let question = window.question();
    window.answer(&question, "deny");
    assert!(is_refused(&host.wait(&call)));
    assert_eq!(house.servers.executions("no"), 0);

    let call = host.send("tools/call", echo("always"));
    let question = window.question();
    let exactly = question["choices"]
        .as_array()
        .unwrap()
        .iter()
        .find(|choice| choice["words"].as_str().is_some_and(|words| words.contains("exactly these arguments")));
    window.answer(&question, exactly.unwrap()["choice"].as_str().unwrap());
    assert_eq!(said(&host.wait(&call)), "always");
    assert_eq!(said(&host.call("echo", echo("always")["arguments"].clone())), "always", "it is a rule now");
    window.news("changed");
    let findings = harness::Canary::default().search("what the window heard", installation.heard().as_bytes());
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn an_answer_that_is_early_forged_or_repeated_is_refused_and_written_down() {
    let house = House::open();
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    let call = host.send("tools/call", echo("guarded"));
    let mut window = installation.window();
    let question = window.question();
    assert_eq!(code(&window.say(&question, "allow_once")), "too_soon", "it was never in view");
    window.see(&question);
    assert_eq!(code(&window.say(&question, "allow_once")), "too_soon", "nobody reads that fast");
    let mut other = question.clone();
    other["digest"] = json!("0".repeat(64));
    harness::let_pass(Duration::from_millis(450));
    assert_eq!(code(&window.say(&other, "allow_once")), "conflict", "another request than the one that was shown");
    assert_eq!(code(&window.say(&question, "allow_always")), "denied", "that is not on offer");
    assert_eq!(code(&window.say(&question, "allow_everything")), "invalid");
    let mut unknown = question.clone();
    unknown["question"]["id"] = json!("01JD3ZZZZZZZZZZZZZZZZZZZZZ");
    assert_eq!(code(&window.say(&unknown, "allow_once")), "not_found");
    assert_eq!(house.servers.executions("guarded"), 0);
    window.answer(&question, "allow_once");
    assert_eq!(said(&host.wait(&call)), "guarded");
    assert_eq!(code(&window.say(&question, "allow_once")), "conflict", "once is once");
    for written in ["only just come into view", "another request", "not on offer", "already answered"] {
        assert!(house.log_says("refuse", written), "{written}: {:?}", house.log("refuse"));
    }
}

#[test]
fn several_questions_are_answered_in_one_step_once_each_was_in_view() {
    let house = House::open();
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    let calls: Vec<_> = ["a", "b", "c"].iter().map(|text| host.send("tools/call", echo(text))).collect();
    let mut window = installation.window();
    let questions: Vec<Value> = calls.iter().map(|_| window.question()).collect();
    let again = window.order(&json!({ "order": "show_question", "question": questions[0]["question"]["id"] }));
    assert_eq!(again["answer"]["view"]["alike"].as_array().map(Vec::len), Some(3), "{again}");
    for question in &questions[..2] {
        window.see(question);
    }
    harness::let_pass(Duration::from_millis(450));
    let listed: Vec<_> =
        questions.iter().map(|one| json!({ "question": one["question"]["id"], "digest": one["digest"] })).collect();
    let reply = window.order(&json!({ "order": "answer_listed", "questions": listed, "choice": "allow_once" }));
    let settled = &reply["answer"]["view"];
    assert_eq!((&settled[0]["error"], &settled[1]["error"]), (&Value::Null, &Value::Null), "{reply}");
    assert_eq!(settled[2]["error"]["code"], "too_soon", "the third was never in view");
    assert_eq!((said(&host.wait(&calls[0])), said(&host.wait(&calls[1]))), ("a".into(), "b".into()));
    window.answer(&questions[2], "deny");
    assert!(is_refused(&host.wait(&calls[2])));
}

#[test]
fn a_window_that_is_killed_is_replaced_and_the_question_asked_again() {
    let house = House::open();
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    let call = host.send("tools/call", echo("killed"));
    let mut window = installation.window();
    let question = window.question();
    window.see(&question);
    kill9(window.pid);
    let mut window = installation.window();
    let again = window.question();
    assert_eq!(again["question"]["id"], question["question"]["id"]);
    let list = host.request("tools/list", json!({}));
    assert!(list["result"]["tools"].is_array(), "everything else goes on: {list}");
    window.answer(&again, "allow_once");
    assert_eq!(said(&host.wait(&call)), "killed");
}

#[test]
fn a_window_that_shows_nothing_is_replaced() {
    let house = House::open();
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    let call = host.send("tools/call", echo("hung"));
    let hung = installation.window();
    let mut window = installation.window();
    assert_ne!(window.pid, hung.pid);
    let question = window.question();
    window.answer(&question, "allow_once");
    assert_eq!(said(&host.wait(&call)), "hung");
}

#[test]
fn a_window_that_cannot_stay_open_is_given_up_and_calls_are_told_at_once() {
    let house = House::open();
    let url = house.servers.server_url();
    house.home.config(&format!("[servers.notes]\nurl = \"{url}\"\n[approval]\ndeadline_seconds = 3\n"));
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    std::fs::remove_file(installation.window_program()).unwrap();
    std::os::unix::fs::symlink("/bin/false", installation.window_program()).unwrap();
    let waits = host.send("tools/call", echo("first"));
    harness::eventually("the window is given up", || {
        let answer = host.call("echo", json!({ "text": "next" }));
        (is_refused(&answer) && said(&answer).contains("window does not open")).then_some(())
    });
    assert!(is_refused(&host.wait(&waits)), "silence is a no");
    assert_eq!(house.servers.executions("first"), 0);
}

#[test]
fn only_the_windows_channel_answers() {
    let house = House::open();
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    let call = host.send("tools/call", echo("side"));
    let mut window = installation.window();
    let question = window.question();
    window.see(&question);
    harness::let_pass(Duration::from_millis(450));
    let (id, digest) = (&question["question"]["id"], &question["digest"]);
    for order in [
        json!({ "order": "answer", "question": id, "digest": digest, "choice": "allow_once" }),
        json!({ "order": "answer_listed", "questions": [{ "question": id, "digest": digest }], "choice": "allow_once" }),
        json!({ "order": "seen", "question": id }),
        json!({ "order": "show_raw", "question": id }),
    ] {
        let reply = house.console(&json!({ "version": 1, "order": order }));
        assert_eq!(code(&reply), "denied", "{order}: {reply}");
    }
    // A program that somebody else started is no window, whatever it calls itself.
    let mut stranger = std::process::Command::new(installation.window_program());
    let stranger =
        stranger.arg("--face").stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn();
    let mut stranger = stranger.unwrap();
    let mut other = installation.window();
    other.send(&json!({ "order": "answer", "question": id, "digest": digest, "choice": "allow_once" }));
    assert_eq!(house.servers.executions("side"), 0);
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    window.answer(&question, "deny");
    assert!(is_refused(&host.wait(&call)));
}

/// A broker with a window that the person opened.
fn opened(house: &House) -> (Installation, harness::Broker, Window) {
    let installation = Installation::new();
    let broker = installation.broker(house);
    assert_eq!(house.order(&["open", "grants"]).code, 0);
    let mut window = installation.window();
    assert_eq!(window.news("show")["place"], "grants");
    (installation, broker, window)
}

#[test]
fn the_window_is_told_which_server_is_meant_and_nothing_that_is_no_name() {
    let house = House::open();
    let (_installation, _broker, mut window) = opened(&house);
    assert_eq!(house.order(&["open", "connect", "linear"]).code, 0);
    let news = window.news("show");
    assert_eq!((&news["place"], &news["server"]), (&json!("connect"), &json!("linear")));
    for (words, sentence) in [
        (["open", "connect", "https://evil.example/mcp"], "is not a server name"),
        (["open", "activity", "linear"], "open a server"),
    ] {
        let told = house.order(&words);
        assert_ne!(told.code, 0, "{words:?}");
        assert!(told.text.contains(sentence), "{}", told.text);
    }
    assert_eq!(house.order(&["open", "rules"]).code, 0);
    assert_eq!(window.news("show")["place"], "rules", "nothing came in between");
}

#[test]
fn what_the_person_does_in_the_window_needs_no_second_yes() {
    let house = House::open();
    let (installation, _broker, mut window) = opened(&house);
    for order in [
        json!({ "order": "lock" }),
        json!({ "order": "unlock" }),
        json!({ "order": "set_mode", "mode": "learning" }),
        json!({ "order": "add_rule", "text": "permit(principal, action == Action::\"read_unattended\", resource);" }),
    ] {
        let reply = window.order(&order);
        assert!(reply["answer"].is_object(), "{order}: {reply}");
    }
    let url = house.servers.server_url();
    let reply = window.order(&json!({ "order": "add_server", "name": "notes", "url": url }));
    assert_eq!(reply["answer"]["view"]["name"], "notes", "{reply}");
    assert_eq!(house.order(&["show", "notes"]).json["url"], json!(url));
    assert!(!installation.has_window(Duration::ZERO), "one window is enough");
}

#[test]
fn files_are_confirmed_as_they_are_shown_and_not_as_they_become() {
    let house = House::open();
    house.know_server("notes");
    let (_installation, _broker, mut window) = opened(&house);
    assert!(window.order(&json!({ "order": "confirm_rules" }))["answer"].is_object());
    house.home.policy("permit(principal, action == Action::\"call_unattended\", resource);\n");
    let sequence = window.send(&json!({ "order": "confirm_rules" }));
    let question = window.question();
    assert_eq!(question["question"]["about"], "rules");
    assert!(question["question"]["arguments"]["text"].as_str().unwrap().contains("call_unattended"), "{question}");
    window.answer(&question, "deny");
    let reply = window.reply(sequence);
    assert_eq!(code(&reply), "denied");
}

#[test]
fn what_the_person_changed_is_what_runs_after_it_was_shown_again() {
    let house = House::open();
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    let call = host.send("tools/call", echo("before"));
    let mut window = installation.window();
    let question = window.question();
    window.see(&question);
    let edit = |window: &mut Window, question: &Value, arguments: &str| {
        let (id, digest) = (&question["question"]["id"], &question["digest"]);
        window.order(&json!({ "order": "edit", "question": id, "digest": digest, "arguments": arguments }))
    };
    for bad in ["", "[]", "{\"text\":1,\"text\":2}", "{\"text\":"] {
        assert_eq!(code(&edit(&mut window, &question, bad)), "invalid", "{bad}");
    }
    let mut other = question.clone();
    other["digest"] = json!("0".repeat(64));
    assert_eq!(code(&edit(&mut window, &other, "{}")), "conflict");
    let reply = edit(&mut window, &question, "{\"text\": \"after\", \"nonce\": \"after\"}");
    assert_eq!(reply["answer"]["answer"], "done", "{reply}");

    let anew = window.question();
    assert_ne!((&anew["question"]["id"], &anew["digest"]), (&question["question"]["id"], &question["digest"]));
    assert!(anew["rows"].to_string().contains("after"), "{anew}");
    assert_eq!(code(&window.say(&anew, "allow_once")), "too_soon", "it is a question like any other");
    assert_eq!((house.servers.executions("before"), house.servers.executions("after")), (0, 0));
    window.answer(&anew, "allow_once");
    assert_eq!(said(&host.wait(&call)), "after");
    assert_eq!((house.servers.executions("before"), house.servers.executions("after")), (0, 1));
    assert!(house.log_says("answer", "edit the arguments"));
    assert_eq!(code(&edit(&mut window, &anew, "{}")), "conflict", "what was sent cannot be changed");
}

#[test]
fn a_pattern_of_the_persons_own_becomes_a_rule_that_holds_to_it() {
    let house = House::open();
    let (installation, _broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    let call = host.send("tools/call", echo("own"));
    let mut window = installation.window();
    let question = window.question();
    let names: Vec<_> = question["bindable"].as_array().unwrap().iter().map(|one| one["argument"].clone()).collect();
    assert_eq!(names, [json!("text")], "the tool does not declare the other one: {question}");
    let offer = |window: &mut Window, bounds: Value| {
        window.order(&json!({ "order": "offer_pattern", "question": question["question"]["id"], "bounds": bounds }))
    };
    let bound = |argument: &str, text: &str| json!({ "argument": argument, "to": { "text": text } });
    assert_eq!(code(&offer(&mut window, json!([]))), "invalid");
    assert_eq!(code(&offer(&mut window, json!([bound("other", "own")]))), "invalid");
    assert_eq!(code(&offer(&mut window, json!([bound("text", "another")]))), "invalid", "this very call would not fit");
    let reply = offer(&mut window, json!([bound("text", "own")]));
    let choice = reply["answer"]["view"]["choice"].as_str().unwrap_or_else(|| panic!("{reply}")).to_owned();
    window.answer(&question, &choice);
    assert_eq!(said(&host.wait(&call)), "own");
    assert_eq!(said(&host.call("echo", json!({ "text": "own", "nonce": "another" }))), "own", "the nonce is free");
    let call = host.send("tools/call", echo("other"));
    let question = window.question();
    window.answer(&question, "deny");
    assert!(is_refused(&host.wait(&call)));
}

#[test]
fn a_broker_does_not_leave_while_its_window_is_open() {
    let house = House::open();
    house.home.config("[broker]\nidle_exit_seconds = 1\n");
    let installation = Installation::new();
    let mut broker = installation.broker(&house);
    assert_eq!(house.order(&["open"]).code, 0);
    let mut window = installation.window();
    assert!(broker.ends_within(Duration::from_secs(3)).is_none(), "somebody is looking");
    assert_eq!(window.order(&json!({ "order": "status" }))["answer"]["answer"], "status");
    drop(window);
    assert!(broker.ends_within(harness::LONG).is_some(), "and then nobody is");
}
