//! One sign-in at a time for each site, whoever asks for it: four bridges that start together open one tab (T-008, case 17).

use crate::broker::Broker;
use crate::connect;
use crate::refusal::Refusal;
use crate::site::Site;
use keyholder_model::caller::Caller;
use keyholder_oauth::Challenge;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// After a sign-in that failed or was declined, the next one is not offered sooner than this unless the person asks.
const BETWEEN_OFFERS: Duration = Duration::from_mins(1);

/// After a sign-in that went well at the authorization server, and whose token the server itself does not take, nothing of it is
/// tried again sooner than this (catalogue case 50).
const AFTER_A_CIRCLE: Duration = Duration::from_mins(10);

/// The state of signing in to one site.
#[derive(Default)]
pub(crate) struct SignIn {
    running: Mutex<Option<watch::Receiver<Progress>>>,
    failed: Mutex<Option<Failure>>,
}

/// Why it is not offered, and until when on the monotonic clock.
struct Failure {
    until: Duration,
    why: Arc<Refusal>,
    /// Whether all went well but for the server, which takes none of its authorization server's tokens.
    is_circle: bool,
}

#[derive(Clone)]
enum Progress {
    Going,
    Done,
    Failed(Arc<Refusal>),
}

/// Who wants the sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    /// A host's request needs it.
    ByHost,
    /// The person said `login`: the pause between offers does not count.
    ByPerson,
}

impl SignIn {
    /// Whether one is under way.
    pub(crate) fn is_going(&self) -> bool {
        self.lock().as_ref().is_some_and(|progress| matches!(*progress.borrow(), Progress::Going))
    }

    /// Why nobody is asked to sign in at the moment, if nobody is.
    pub(crate) fn given_up(&self, now: Duration) -> Option<Refusal> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.as_ref().filter(|failure| now < failure.until).map(|failure| Refusal::Same(Arc::clone(&failure.why)))
    }

    /// Why neither a renewal nor a sign-in would help at the moment, if that is so.
    pub(crate) fn goes_in_circles(&self, now: Duration) -> Option<Refusal> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let circle = failed.as_ref().filter(|failure| failure.is_circle && now < failure.until);
        circle.map(|failure| Refusal::Same(Arc::clone(&failure.why)))
    }

    /// Signing in does not help: for a while no host's request begins it again.
    pub(crate) fn give_up(&self, why: &str, now: Duration) -> Refusal {
        let why = Arc::new(Refusal::SignedOut(why.to_owned()));
        let failure = Failure { until: now + AFTER_A_CIRCLE, why: Arc::clone(&why), is_circle: true };
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
        Refusal::Same(why)
    }
}

/// Signs in, or joins the sign-in that is under way, and waits for it up to `budget`. The sign-in itself goes on when the
/// budget ends or the waiting request is cancelled: it belongs to the site.
///
/// # Errors
/// [`Refusal::SigningIn`] when the budget ended; else why it failed.
pub(crate) async fn sign_in(
    site: &Arc<Site>,
    broker: &Arc<Broker>,
    caller: &Caller,
    challenge: Option<Challenge>,
    wanted: Wanted,
    budget: Duration,
) -> Result<(), Refusal> {
    let mut progress = join_or_start(site, broker, caller, challenge, wanted)?;
    let finished =
        tokio::time::timeout(budget, progress.wait_for(|progress| !matches!(progress, Progress::Going))).await;
    match finished.map(|seen| seen.map(|progress| progress.clone())) {
        Err(_) => Err(Refusal::SigningIn),
        Ok(Ok(Progress::Done)) => Ok(()),
        Ok(Ok(Progress::Failed(why))) => Err(Refusal::Same(why)),
        Ok(Ok(Progress::Going) | Err(_)) => Err(Refusal::SignedOut("The sign-in was interrupted.".to_owned())),
    }
}

fn join_or_start(
    site: &Arc<Site>,
    broker: &Arc<Broker>,
    caller: &Caller,
    challenge: Option<Challenge>,
    wanted: Wanted,
) -> Result<watch::Receiver<Progress>, Refusal> {
    let mut running = site.access.sign_in.lock();
    if let Some(progress) = running.as_ref().filter(|progress| matches!(*progress.borrow(), Progress::Going)) {
        return Ok(progress.clone());
    }
    let now = broker.clock.monotonic();
    if wanted == Wanted::ByHost
        && let Some(why) = site.access.sign_in.given_up(now)
    {
        return Err(why);
    }
    let (tell, progress) = watch::channel(Progress::Going);
    *running = Some(progress.clone());
    let (site, broker, caller) = (Arc::clone(site), Arc::clone(broker), caller.clone());
    tokio::spawn(async move {
        let outcome = connect::connect(&site, &broker, &caller, challenge.as_ref()).await;
        let failed = match outcome {
            Ok(()) => None,
            Err(why) => Some(Arc::new(why)),
        };
        let until = broker.clock.monotonic() + BETWEEN_OFFERS;
        *site.access.sign_in.failed.lock().unwrap_or_else(PoisonError::into_inner) =
            failed.as_ref().map(|why| Failure { until, why: Arc::clone(why), is_circle: false });
        let _ = tell.send(failed.map_or(Progress::Done, Progress::Failed));
        broker.tools_may_have_changed(&site);
    });
    Ok(progress)
}

impl SignIn {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<watch::Receiver<Progress>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
