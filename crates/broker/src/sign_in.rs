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

/// The state of signing in to one site.
#[derive(Default)]
pub(crate) struct SignIn {
    running: Mutex<Option<watch::Receiver<Progress>>>,
    failed: Mutex<Option<(Duration, Arc<Refusal>)>>,
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
        && let Some((at, why)) = &*site.access.sign_in.failed.lock().unwrap_or_else(PoisonError::into_inner)
        && now.saturating_sub(*at) < BETWEEN_OFFERS
    {
        return Err(Refusal::Same(Arc::clone(why)));
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
        *site.access.sign_in.failed.lock().unwrap_or_else(PoisonError::into_inner) =
            failed.as_ref().map(|why| (broker.clock.monotonic(), Arc::clone(why)));
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
