//! One session as the person sees it: answers, a batch, a learning week, an explanation, a simulation, a revocation.
//! With `KEYHOLDER_WRITE_DOCS` set, what was seen becomes `docs/asking.md`.

use std::fmt::Write as _;

use harness::{CONNECTING_RUNS, House, Terminal, eventually, is_refused, said};
use serde_json::json;

/// What was seen, as it is written down.
struct Transcript(String);

impl Transcript {
    fn say(&mut self, sentence: &str) {
        let _ = writeln!(self.0, "\n{sentence}\n");
    }

    fn shown(&mut self, text: &str) {
        let _ = writeln!(self.0, "```\n{}\n```", plain(text).trim_matches('\n'));
    }

    /// Gives a command as a person does, and keeps what it says.
    fn command(&mut self, house: &House, words: &[&str]) -> String {
        let output = house.keyholder(words);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let quoted: Vec<String> = words
            .iter()
            .map(|word| if word.contains([' ', '{']) { format!("'{word}'") } else { (*word).to_owned() })
            .collect();
        let home = house.home.path().display().to_string();
        self.shown(&format!("$ keyholder {}\n{text}", quoted.join(" ")).replace(&home, "~"));
        text
    }

    /// The same for a command that asks at the terminal first.
    fn asking(&mut self, house: &House, terminal: &mut Terminal, words: &[&str]) -> String {
        std::thread::scope(|scope| {
            let giving = scope.spawn(|| house.keyholder(words));
            let question = terminal.question();
            self.shown(&format!("$ keyholder {}", words.join(" ")));
            self.shown(&format!("\u{2500}\u{2500} Keyholder asks{question}yes"));
            terminal.answer("yes");
            let output = giving.join().expect("the command ends");
            assert!(output.status.success(), "{output:?}");
            String::from_utf8_lossy(&output.stdout).into_owned()
        })
    }
}

/// Without what differs from run to run.
fn plain(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.replace('\r', "").lines() {
        // Log lines of the broker, which stand on the same terminal, are another matter.
        let is_log = line.len() > 20 && line.as_bytes()[4] == b'-' && line.contains("Z ") && line.contains("  ");
        if !(is_log && (line.contains(" INFO ") || line.contains(" WARN "))) {
            lines.push(words(line));
        }
    }
    // Who started the app is another matter too, and so is where the home lies.
    let text = lines.join("\n");
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("claude (4711) \u{2190}") {
        shown.push_str(before);
        shown.push_str("claude (4711))");
        rest = after.split_once("))").map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    shown
}

fn words(line: &str) -> String {
    let mut shown = String::new();
    let mut word = String::new();
    let flush = |word: &mut String, shown: &mut String| {
        let is_id = word.len() == 26 && word.starts_with("01") && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_number = word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        let is_hex = word.len() >= 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        shown.push_str(match word.as_str() {
            _ if is_id => "01J\u{2026}",
            _ if is_hex => "9f2c\u{2026}",
            "2026" | "2025" => word,
            _ if is_number => "4711",
            _ => word,
        });
        word.clear();
    };
    for letter in line.chars() {
        if letter.is_ascii_alphanumeric() {
            word.push(letter);
        } else {
            flush(&mut word, &mut shown);
            shown.push(letter);
        }
    }
    flush(&mut word, &mut shown);
    while let Some(at) = shown.find("stories-") {
        let end = shown[at + 8..]
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '\u{2026}')
            .map_or(shown.len(), |end| at + 8 + end);
        shown.replace_range(at..end, "claude");
    }
    shown
}

#[test]
fn a_session_with_every_kind_of_answer() {
    let mut told = Transcript(HEAD.to_owned());
    let house = House::open();
    let (mut terminal, mut host) = house.with_a_person(CONNECTING_RUNS);

    told.say("## A call, and an answer that lasts\n\nThe app wants to add a note. The list of answers goes from narrow to wide; the person allows five more minutes of it.");
    let note = |title: &str| json!({ "name": "add_note", "arguments": { "title": title, "text": "Bread, milk" } });
    let call = host.send("tools/call", note("Shopping"));
    let question = terminal.question();
    let number = question.lines().find(|line| line.contains("for 5 minutes")).expect("five minutes are on offer");
    let number = number.split_whitespace().next().expect("a number").to_owned();
    told.shown(&format!("\u{2500}\u{2500} Keyholder asks{question}{number}"));
    terminal.choose(&number, "allow for 5 minutes");
    assert!(!is_refused(&host.wait(&call)));
    assert!(!is_refused(&host.call("add_note", note("More")["arguments"].clone())));
    told.command(&house, &["rules"]);

    told.say("## Three questions that read alike\n\nThey are shown as a table. The first and the third are allowed, the second is not.");
    let say = |text: &str| json!({ "name": "echo", "arguments": { "text": text } });
    let calls = ["one", "two", "three"].map(|text| host.send("tools/call", say(text)));
    eventually("three questions", || {
        (house.order(&["approvals"]).json["approvals"].as_array().map(Vec::len) == Some(3)).then_some(())
    });
    terminal.question();
    let table = terminal.ask_for("batch", "\u{b7} back");
    told.shown(&format!("> batch\n{}\n> allow 1 3", table.trim_start_matches("batch")));
    terminal.ask_for("allow 1 3", "3  allow once");
    assert_eq!(said(&host.wait(&calls[0])), "one");
    assert_eq!(said(&host.wait(&calls[2])), "three");
    terminal.question();
    terminal.answer("no");
    assert!(is_refused(&host.wait(&calls[1])));

    told.say("## What would happen, and why\n\n`explain` names the rule that decides a call; it asks nobody and changes nothing.");
    let call = r#"{"app":"claude","server":"notes","tool":"delete_note","arguments":{"id":7}}"#;
    let explained = told.command(&house, &["rules", "explain", call]);
    assert!(explained.contains("starter/call"), "{explained}");

    told.say("## What another rule would have changed\n\nA rules file is tried on the calls of the last days before it is written down.");
    let draft = house.home.path().join("draft.cedar");
    std::fs::write(
        &draft,
        "permit(principal, action == Action::\"call_unattended\", resource == Tool::\"notes/echo\");\n",
    )
    .unwrap();
    let simulated = told.command(&house, &["rules", "simulate", "--since", "30d", draft.to_str().unwrap()]);
    assert!(simulated.contains("echo"), "{simulated}");

    told.say("## A learning week\n\nIt allows more, so it is asked about. Then what looks or changes runs and is listed, for servers whose word the person trusts.");
    told.asking(&house, &mut terminal, &["tools", "trust", "notes"]);
    told.asking(&house, &mut terminal, &["rules", "mode", "learning"]);
    // Judged anew, as the word of a trusted server.
    host.request("tools/list", json!({}));
    for text in ["four", "five"] {
        assert_eq!(said(&host.call("echo", say(text)["arguments"].clone())), text);
    }
    told.command(&house, &["tools", "notes"]);
    let mode = told.command(&house, &["rules", "mode"]);
    assert!(mode.contains("echo"), "{mode}");

    told.say("## How the person decides\n\nHow much was asked, how it was answered and how fast; and what the app's session has seen.");
    told.command(&house, &["approvals", "attention"]);
    told.command(&house, &["approvals", "history"]);

    told.say("## Taking it back\n\nAsking more is done at once. Revoking the sign-in cuts the running bridges.");
    told.command(&house, &["rules", "mode", "careful"]);
    let revoked = told.command(&house, &["revoke", "notes"]);
    assert!(revoked.contains("notes"), "{revoked}");
    told.command(&house, &["log", "--limit", "12"]);

    if std::env::var_os("KEYHOLDER_WRITE_DOCS").is_some() {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/asking.md");
        std::fs::write(page, told.0).expect("the page can be written");
    }
}

const HEAD: &str = "# A session with questions and answers

What a person sees who runs the broker in a terminal while an app works: written by the story `a_session_with_every_kind_of_answer`, which checks it.
Names of processes, numbers and moments that differ from run to run are replaced.
";
