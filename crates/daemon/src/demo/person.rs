//! Who answers in the demo: the person at the terminal and at their own browser, or a script that says that it is one.

use super::page;
use crate::browser::Opener;
use crate::terminal::{self, Aside, Terminal};
use keyholder_approval::{Answer, Approver, Ending, Question, Reachable, Subject};
use keyholder_broker::{Broker, Browser};
use keyholder_console::status::FaceView;
use keyholder_model::clock::SystemClock;
use keyholder_model::id::QuestionId;
use keyholder_oauth::VettedUrl;
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::Notify;

/// The one who answers.
pub(super) struct Person {
    script: Arc<Script>,
    terminal: Option<Arc<Terminal>>,
    keys: Arc<Keys>,
    /// Why a script answers, where one does.
    pub(super) why_scripted: Option<&'static str>,
}

/// What the keyboard said beside answers.
#[derive(Default)]
struct Keys {
    enter: Notify,
    ended: Notify,
}

/// A scripted person: answers at once, and shows question and answer.
#[derive(Default)]
pub(super) struct Script {
    broker: OnceLock<Weak<Broker>>,
    plan: Mutex<Plan>,
}

/// What the script answers next.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// To a tool call.
    pub(super) call: Answer,
    /// To a sign-in.
    pub(super) sign_in: Answer,
}

impl Default for Plan {
    fn default() -> Self {
        Self { call: Answer::AllowOnce, sign_in: Answer::AllowOnce }
    }
}

impl Person {
    /// The person, if there is one at all three ends of the terminal.
    pub(super) fn find() -> Self {
        let why_scripted = if terminal::is_a_face() && std::io::stdout().is_terminal() {
            None
        } else if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && std::io::stdout().is_terminal() {
            Some("This terminal belongs to an AI app")
        } else {
            Some("No terminal")
        };
        let terminal =
            why_scripted.is_none().then(|| Arc::new(Terminal::of_this_process(Arc::new(SystemClock::new()))));
        Self { script: Arc::default(), terminal, keys: Arc::default(), why_scripted }
    }

    /// Whether a script answers.
    pub(super) fn is_scripted(&self) -> bool {
        self.terminal.is_none()
    }

    /// Who the broker asks.
    pub(super) fn approver(&self) -> Arc<dyn Approver> {
        match &self.terminal {
            Some(terminal) => Arc::clone(terminal) as Arc<dyn Approver>,
            None => Arc::clone(&self.script) as Arc<dyn Approver>,
        }
    }

    /// Where the broker says that it asks.
    pub(super) fn face(&self) -> FaceView {
        if self.is_scripted() { FaceView::None } else { FaceView::Terminal }
    }

    /// The browser that the broker opens.
    pub(super) fn browser(&self, visits: Arc<Visits>) -> Arc<dyn Browser> {
        let own = Opener::find(&|name| std::env::var_os(name));
        let own = Some(own).filter(|opener| !self.is_scripted() && has_screen() && opener.name().is_ok());
        let keys = (!self.is_scripted()).then(|| Arc::clone(&self.keys));
        Arc::new(Window { own, keys, terminal: self.terminal.clone(), visits })
    }

    /// Takes answers for this broker from now on.
    pub(super) fn attend(&self, broker: &Arc<Broker>) {
        let _ = self.script.broker.set(Arc::downgrade(broker));
        if let Some(terminal) = &self.terminal {
            let keys = Arc::clone(&self.keys);
            Arc::clone(terminal).listen(Arc::clone(broker), move |aside| match aside {
                Aside::End => keys.ended.notify_one(),
                Aside::Line => keys.enter.notify_waiters(),
            });
        }
    }

    /// What a script answers from here on; a person does as they like.
    pub(super) fn means(&self, plan: Plan) {
        *self.script.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// Waits until the person has read; a script reads fast.
    pub(super) async fn reads(&self) {
        if !self.is_scripted() {
            // Before the invitation: a fast Enter is not lost.
            let entered = self.keys.enter.notified();
            page::exactly("  [Enter to go on] ");
            entered.await;
            page::blank();
        }
    }

    /// Waits until the outcome of the person's answer is printed, so that lines do not cross.
    pub(super) async fn is_done_answering(&self) {
        done_answering(self.terminal.as_deref()).await;
    }

    /// Returns when the person has left the terminal.
    pub(super) async fn gone(&self) {
        self.keys.ended.notified().await;
    }
}

/// Whether a browser's window would be seen by anybody.
fn has_screen() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("BROWSER")
}

impl Approver for Script {
    fn show(&self, question: &Question) {
        let plan = *self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = match &question.subject {
            // What would last is not on offer for everything; then it is meant for once.
            Subject::Call { .. } if question.takes(plan.call) => plan.call,
            Subject::Call { .. } => plan.call.if_late(),
            Subject::Connect { .. } => plan.sign_in,
            // Nothing else is part of the story.
            Subject::Add { .. }
            | Subject::Admit { .. }
            | Subject::Answer { .. }
            | Subject::Order { .. }
            | Subject::Read { .. } => Answer::Deny,
        };
        let word = word(answer, question);
        page::exactly(&format!("{}{word}   (scripted)\n\n", terminal::describe(question)));
        if let Some(broker) = self.broker.get().and_then(Weak::upgrade)
            && let Err(why) = broker.answer(question.id, &question.request, answer)
        {
            page::show("not taken", &why.to_string());
        }
    }

    fn withdraw(&self, _: QuestionId, _: Ending) {}

    fn can_ask(&self) -> Reachable {
        Reachable::Yes
    }
}

/// What a person would type.
fn word(answer: Answer, question: &Question) -> String {
    let number = || terminal::number_of(answer, question).map_or_else(|| "yes".to_owned(), |number| number.to_string());
    let word = match answer {
        Answer::AllowAlways => "always".to_owned(),
        Answer::AllowAlwaysWith(_) | Answer::AllowFor(_) | Answer::AllowTimes(_) | Answer::AllowUntilQuit => number(),
        Answer::AllowOnce => "yes".to_owned(),
        Answer::Deny => "no".to_owned(),
        Answer::DenyAndBlock => "block".to_owned(),
    };
    let confirmation = terminal::confirmation(question).filter(|_| answer.allows());
    confirmation.map_or_else(|| word.clone(), |confirmation| format!("{word} {confirmation}"))
}

/// What the practice browser did.
#[derive(Default)]
pub(super) struct Visits {
    lines: Mutex<Vec<String>>,
    /// The sign-in is through, whoever pressed the button.
    through: Notify,
}

impl Visits {
    /// The sign-in that was waited for is through: Enter means something else again. Gives what the practice browser did.
    pub(super) fn settle(&self) -> Vec<String> {
        self.through.notify_waiters();
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn press_allow(&self, url: &VettedUrl) {
        let line = match keyholder_demo::press_allow(url.as_str()).await {
            Ok(visit) => {
                let site = |page: Option<&String>| {
                    page.map_or("", |page| page.split('/').next().unwrap_or_default()).to_owned()
                };
                let (from, to) = (site(visit.pages.first()), site(visit.pages.last()));
                format!("pressed Allow on {from} and was sent back to {to}")
            }
            Err(why) => format!("did not get through: {why}"),
        };
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

/// The browser: the person's own, with the practice browser standing by; or the practice browser alone.
struct Window {
    own: Option<Opener>,
    keys: Option<Arc<Keys>>,
    terminal: Option<Arc<Terminal>>,
    visits: Arc<Visits>,
}

/// Tells the person where to press Allow.
fn invite(opened: bool, url: &VettedUrl) {
    if opened {
        page::tell(
            "Your browser opens the practice sign-in page now: press Allow there. If no page comes up, press Enter here, and the \
             demo's own practice browser presses it.",
        );
        return;
    }
    page::tell("There is no browser here that can be opened. The sign-in page is at");
    page::exactly(&format!("{}\n\n", url.as_str()));
    page::tell(
        "Open it on this machine, or press Enter here, and the demo's own practice browser presses Allow on it.",
    );
}

/// Waits until the outcome of the person's answer is printed, so that lines do not cross.
async fn done_answering(terminal: Option<&Terminal>) {
    while terminal.is_some_and(Terminal::is_answering) {
        // The terminal prints on a thread of its own, which has no other way to say so.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

impl Browser for Window {
    fn open(&self, url: &VettedUrl) -> Result<(), String> {
        let (url, visits) = (url.clone(), Arc::clone(&self.visits));
        let Some(keys) = self.keys.clone() else {
            tokio::spawn(async move { visits.press_allow(&url).await });
            return Ok(());
        };
        let opened = matches!(self.own.as_ref().map(|own| own.open(&url)), Some(Ok(())));
        let terminal = self.terminal.clone();
        tokio::spawn(async move {
            done_answering(terminal.as_deref()).await;
            // Before the invitation: a fast Enter is not lost.
            let (entered, through) = (keys.enter.notified(), visits.through.notified());
            invite(opened, &url);
            tokio::select! {
                () = entered => visits.press_allow(&url).await,
                () = through => {}
            }
        });
        Ok(())
    }

    fn name(&self) -> Result<String, String> {
        self.own.as_ref().map_or_else(|| Ok("the demo's practice browser".to_owned()), Opener::name)
    }
}
