//! Where the person is asked: in this process's terminal, in Keyholder's own window, or nowhere.

use crate::notices::{self, Notices, Told};
use crate::{terminal, tray, unattended, window};
use keyholder_approval::Approver;
use keyholder_broker::{Broker, NoWindows, Screen, Windows};
use keyholder_console::status::FaceView;
use keyholder_model::clock::SystemClock;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;

/// How this broker came to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Started {
    /// By the person, or at login.
    ByHand,
    /// By a bridge or a command: whatever terminal there is belongs to somebody else.
    Woken,
}

/// Where the person is asked.
pub(crate) enum Face {
    Nowhere(Arc<unattended::Unattended>),
    Terminal(Arc<terminal::Terminal>),
    Window { window: Arc<window::Window>, told: UnboundedReceiver<Told>, clock: Arc<SystemClock> },
}

impl Face {
    /// Nobody is asked, for this reason.
    pub(crate) fn nowhere(why: &str) -> Self {
        Self::Nowhere(Arc::new(unattended::Unattended::because(why)))
    }

    /// The terminal of this process, if it is the person's; else Keyholder's own window, if there can be one; else nowhere.
    pub(crate) fn find(started: Started, clock: &Arc<SystemClock>) -> Self {
        let clock = || Arc::<SystemClock>::clone(clock);
        // Whoever starts it in a terminal sits there.
        if started == Started::ByHand && terminal::is_a_face() {
            return Self::Terminal(Arc::new(terminal::Terminal::of_this_process(clock())));
        }
        match window::Program::find(std::env::vars_os().collect()) {
            Ok(program) => {
                let (notices, told) = Notices::open();
                let window = Arc::new(window::Window::of(program, clock(), notices));
                Self::Window { window, told, clock: clock() }
            }
            Err(why) => Self::nowhere(&format!(
                "keyholderd has no terminal of yours and no window ({why}); start it in a terminal, or write a rule."
            )),
        }
    }

    /// Who is told of questions.
    pub(crate) fn approver(&self) -> Arc<dyn Approver> {
        match self {
            Self::Nowhere(nowhere) => Arc::<unattended::Unattended>::clone(nowhere),
            Self::Terminal(terminal) => Arc::<terminal::Terminal>::clone(terminal),
            Self::Window { window, .. } => Arc::<window::Window>::clone(window),
        }
    }

    /// What can be brought to the front.
    pub(crate) fn windows(&self) -> Arc<dyn Windows> {
        match self {
            Self::Nowhere(_) | Self::Terminal(_) => Arc::new(NoWindows),
            Self::Window { window, .. } => Arc::<window::Window>::clone(window),
        }
    }

    /// For showing.
    pub(crate) fn view(&self) -> FaceView {
        match self {
            Self::Nowhere(_) => FaceView::None,
            Self::Terminal(_) => FaceView::Terminal,
            Self::Window { .. } => FaceView::Desktop,
        }
    }

    /// Begins to listen to the person, who may be away from this screen.
    pub(crate) fn attend(self, broker: &Arc<Broker>, screen: Arc<dyn Screen>) {
        match self {
            Self::Nowhere(_) => {}
            Self::Terminal(terminal) => terminal.listen(Arc::clone(broker), |_| {}),
            Self::Window { window, told, clock } => {
                let windows: Arc<dyn Windows> = Arc::<window::Window>::clone(&window);
                tray::attend(Arc::clone(broker), Arc::clone(&windows));
                notices::attend(told, windows, screen, clock);
                window.attend(Arc::clone(broker));
            }
        }
    }
}
