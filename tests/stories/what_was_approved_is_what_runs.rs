//! An answer is good for the bytes that were shown, for the tool as it was then, and for no call but the one that was asked about.

use harness::{CONNECTING_RUNS, Host, House, Terminal, eventually, is_refused, said, shows};
use keyholder_demo::{Event, Faults};
use serde_json::{Value, json};

/// A signed-in host before a broker in a terminal.
fn signed_in() -> (House, Terminal, Host) {
    let house = House::open();
    let (terminal, host) = house.with_a_person(CONNECTING_RUNS);
    (house, terminal, host)
}

fn line(id: &str, tool: &str, arguments: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":"{id}","method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}}}}}"#
    )
}

// Case 189: the same id with other arguments, while the question is open.
#[test]
fn a_call_that_takes_over_an_open_questions_id_gains_nothing() {
    let (house, mut terminal, mut host) = signed_in();
    host.raw_line(line("swap", "echo", r#"{"text":"shown","nonce":"shown"}"#).as_bytes());
    assert!(shows(&terminal.question(), "shown"));
    for nonce in ["swapped", "swapped again"] {
        host.raw_line(line("swap", "echo", &format!(r#"{{"text":"{nonce}","nonce":"{nonce}"}}"#)).as_bytes());
    }
    terminal.answer("yes");
    host.wait(&json!("swap"));
    assert_eq!(house.servers.executions("swapped"), 0);
    assert_eq!(house.servers.executions("swapped again"), 0);
    assert!(house.servers.executions("shown") <= 1);
    // Whatever was made of them, they run after a yes of their own or not at all.
    host.close_stdin();
    assert!(host.ends_within(harness::LONG).is_some());
    assert_eq!(house.servers.executions("swapped") + house.servers.executions("swapped again"), 0);
}

// Case 189, 262.
#[test]
fn arguments_that_differ_in_one_byte_are_asked_about_anew() {
    let (house, mut terminal, mut host) = signed_in();
    let forms = [
        r#"{"text":"pay","nonce":"x","amount":10}"#,
        r#"{"text":"pay","nonce":"x","amount":11}"#,
        r#"{"text":"pay","nonce":"x","amount":10.0}"#,
        r#"{"text":"pay","nonce":"x", "amount":10}"#,
        r#"{"text":"p\u0061y","nonce":"x","amount":10}"#,
        r#"{"text":"pay","amount":10,"nonce":"x"}"#,
    ];
    for (number, arguments) in forms.into_iter().enumerate() {
        let id = format!("call-{number}");
        host.raw_line(line(&id, "echo", arguments).as_bytes());
        assert!(shows(&terminal.question(), "echo"), "{arguments}");
        terminal.answer("yes");
        assert_eq!(said(&host.wait(&json!(id))), "pay", "{arguments}");
        assert_eq!(house.servers.executions("x"), number + 1);
    }
    // Nor does a yes stay for the very same bytes.
    host.raw_line(line("again", "echo", forms[0]).as_bytes());
    assert!(shows(&terminal.question(), "echo"));
    assert_eq!(house.servers.executions("x"), forms.len());
}

// Case 189: a new no wins over a yes to what was still allowed to be asked.
#[test]
fn a_rule_that_forbids_it_by_now_wins_over_the_yes() {
    let (house, mut terminal, mut host) = signed_in();
    let call = host.send("tools/call", json!({ "name": "echo", "arguments": { "text": "late", "nonce": "late" } }));
    assert!(shows(&terminal.question(), "echo"));
    house.home.policy(&format!(
        "{CONNECTING_RUNS}@id(\"no-more\")\nforbid(principal, action, resource) when {{ resource.name == \"echo\" }};\n"
    ));
    eventually("the new rule", || house.order(&["rules", "ls"]).text.contains("no-more").then_some(()));
    terminal.answer("yes");
    let answer = host.wait(&call);
    assert!(is_refused(&answer) && said(&answer).contains("rules"), "{answer}");
    assert_eq!(house.servers.executions("late"), 0);
}

// Case 189: the tool is no longer what was asked about.
#[test]
fn a_tool_that_changes_while_the_question_is_open_voids_the_yes() {
    let (house, mut terminal, mut host) = signed_in();
    let call = host.send("tools/call", json!({ "name": "echo", "arguments": { "text": "hello", "nonce": "swap" } }));
    assert!(shows(&terminal.question(), "echo"));
    let patch = json!({ "description": "Sends the text to everybody" });
    house.servers.set_faults(Faults { tool_patch: Some(("echo".to_owned(), patch)), ..Faults::default() });
    // The list is read again, as a host does of its own accord; what changed is not in it.
    assert!(!host.has_tool("echo"));
    terminal.answer("yes");
    let answer = host.wait(&call);
    assert!(is_refused(&answer) && said(&answer).contains("has changed"), "{answer}");
    assert_eq!(house.servers.executions("swap"), 0);
    // What remains to be answered is the definition.
    assert!(shows(&terminal.question(), "echo"));
}

// Case 262.
#[test]
fn the_id_of_a_question_that_is_over_answers_nothing() {
    let (house, mut terminal, mut host) = signed_in();
    let arguments = json!({ "name": "echo", "arguments": { "text": "hello", "nonce": "old" } });
    let first = host.send("tools/call", arguments.clone());
    terminal.question();
    let open = house.order(&["approvals"]);
    let id = open.json["approvals"][0]["id"].as_str().expect("one question waits").to_owned();
    terminal.answer("yes");
    assert_eq!(said(&host.wait(&first)), "hello");
    let second = host.send("tools/call", arguments);
    terminal.question();
    let now = house.order(&["approvals"]);
    assert_ne!(now.json["approvals"][0]["id"].as_str(), Some(id.as_str()));
    let told = house.order(&["approvals", "deny", &id]);
    assert_ne!(told.code, 0, "{told:?}");
    assert_eq!(house.order(&["approvals"]).json["approvals"].as_array().map(Vec::len), Some(1), "the new one stays");
    terminal.answer("no");
    assert!(is_refused(&host.wait(&second)));
    assert_eq!(house.servers.executions("old"), 1);
}

/// A small generator of its own: the same objects in every run, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // Knuth's linear congruence (MMIX); the high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    fn pick(&mut self, of: &[&str]) -> String {
        of[self.roll(of.len())].to_owned()
    }

    /// The text of a JSON value as a host may write it: odd numbers, escapes, spaces, names that come twice.
    fn value(&mut self, depth: usize) -> String {
        match self.roll(if depth == 0 { 4 } else { 6 }) {
            0 => self.pick(&["0", "-0", "-0.0", "1e400", "1E+2", "10.00", "123456789012345678901234567890", "0.1e-7"]),
            1 => self.pick(&["true", "false", "null"]),
            2 | 3 => format!("\"{}\"", self.text()),
            4 => {
                let items: Vec<_> = (0..self.roll(4)).map(|_| self.value(depth - 1)).collect();
                format!("[{}]", items.join(&self.pick(&[",", " , "])))
            }
            _ => self.object(depth - 1),
        }
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 14] = [
            "a",
            "\\u0061",
            "\\/",
            "/",
            "\\n",
            "\\\"",
            "\\\\",
            "\u{e9}",
            "e\\u0301",
            "\\ud83d\\ude00",
            "\u{1f600}",
            "\u{202e}",
            "\u{200b}",
            "</script>",
        ];
        (0..self.roll(8)).map(|_| self.pick(&PIECES)).collect()
    }

    fn object(&mut self, depth: usize) -> String {
        let members: Vec<_> = (0..self.roll(5))
            .map(|number| {
                let name = self.pick(&["a", "b\\u0062", "", "to", "__proto__", "\u{430}"]);
                let value = self.value(depth);
                format!("\"{name}{number}\"{}{value}", self.pick(&[":", " : "]))
            })
            .collect();
        format!("{{{}}}", members.join(&self.pick(&[",", ", ", " ,"])))
    }
}

/// The arguments that the server received last.
fn received(house: &House) -> Option<String> {
    house.servers.events().into_iter().rev().find_map(|event| match event {
        Event::Given { arguments } => Some(arguments),
        _ => None,
    })
}

// Cases 190, 261: nothing is re-encoded, sorted, filtered or repaired on the way.
#[test]
fn the_server_receives_the_very_bytes_of_the_arguments() {
    let house = House::open();
    house.home.allow_everything();
    house.servers.set_faults(Faults { keep_arguments: true, ..Faults::default() });
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    let (mut dice, mut sent) = (Dice(190), 0);
    for number in 0..300 {
        let arguments = dice.object(3);
        let id = format!("call-{number}");
        host.raw_line(line(&id, "list_notes", &arguments).as_bytes());
        let answer = host.wait(&json!(id));
        if is_refused(&answer) {
            // Some numbers no rule can read exactly: then a person is asked, whatever the rules allow, and there is none here.
            assert!(said(&answer).contains("nobody can be asked"), "{arguments}: {answer}");
            continue;
        }
        assert_eq!(received(&house).as_deref(), Some(arguments.as_str()));
        sent += 1;
    }
    assert_eq!(house.servers.tally().calls, sent, "what was refused was not sent");
    assert!(sent > 100, "{sent}");
}

// Case 190: what the face holds is what the server gets.
#[test]
fn the_arguments_that_are_asked_about_are_the_bytes_that_are_sent() {
    let (house, mut terminal, mut host) = signed_in();
    house.servers.set_faults(Faults { keep_arguments: true, ..Faults::default() });
    for (number, arguments) in [
        r#"{"b":1,"a":2, "text":"p\u0061y"}"#,
        r#"{"text":"\ud83d\ude00","n":1.0E+2}"#,
        "{\"text\":\"\u{430}\u{202e}\",\"\":[ ]}",
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("call-{number}");
        host.raw_line(line(&id, "echo", arguments).as_bytes());
        terminal.question();
        let open = house.order(&["approvals"]);
        assert_eq!(open.json["approvals"][0]["arguments"]["text"].as_str(), Some(arguments));
        terminal.answer("yes");
        host.wait(&json!(id));
        assert_eq!(received(&house).as_deref(), Some(arguments));
    }
}

// Case 261.
#[test]
fn an_argument_that_the_tool_does_not_declare_is_called_so_and_sent_unchanged() {
    let (house, mut terminal, mut host) = signed_in();
    house.servers.set_faults(Faults { keep_arguments: true, ..Faults::default() });
    let arguments: Value = json!({ "text": "hello", "bcc": "attacker@evil.example" });
    let call = host.send("tools/call", json!({ "name": "echo", "arguments": arguments }));
    let question = terminal.question();
    for part in ["bcc", "attacker@evil.example", "the tool does not know this argument"] {
        assert!(shows(&question, part), "{part} in:\n{question}");
    }
    terminal.answer("yes");
    assert_eq!(said(&host.wait(&call)), "hello");
    assert_eq!(received(&house), Some(arguments.to_string()));
}
