//! How anything runs: long work on threads of our own without the interpreter, short work in place; no panic escapes.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use kosar::Control;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Out, internal, raise};

/// How often the calling thread looks for Ctrl-C.
const POLL: Duration = Duration::from_millis(50);
/// How long cancelled work may take to end; after that it is left to itself and its result dropped.
const GRACE: Duration = Duration::from_millis(100);

/// The threads, and the process that they belong to: a forked child has none of its parent's.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// The threads of this process. The lock is only taken with the interpreter attached, so that no fork of the
/// interpreter's making finds it taken.
fn pool(_attached: Python<'_>) -> Out<Arc<ThreadPool>> {
    let process = std::process::id();
    let mut slot = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((owner, pool)) = &*slot
        && *owner == process
    {
        return Ok(Arc::clone(pool));
    }
    let built = ThreadPoolBuilder::new().thread_name(|i| format!("kosar-{i}")).build();
    let pool =
        Arc::new(built.map_err(|error| raise("KosarError", &format!("cannot start threads: {error}")))?);
    if let Some(of_parent) = slot.replace((process, Arc::clone(&pool))) {
        // Its threads exist in the parent only, and ending them from here could wait for ever.
        mem::forget(of_parent);
    }
    Ok(pool)
}

/// The threads of a process, for work that is done later, when it may have forked.
#[derive(Debug)]
pub(crate) struct Threads {
    process: u32,
    pool: Arc<ThreadPool>,
}

impl Threads {
    /// Those of this process.
    pub(crate) fn of_process(py: Python<'_>) -> Out<Self> {
        Ok(Self { process: std::process::id(), pool: pool(py)? })
    }

    /// The threads, unless this is a forked child, which has none of them.
    pub(crate) fn here(&self) -> Option<&ThreadPool> {
        (std::process::id() == self.process && self.pool.current_num_threads() > 1).then_some(&*self.pool)
    }
}

impl Drop for Threads {
    /// A child leaves its parent's threads alone: ending them from there could wait for ever.
    fn drop(&mut self) {
        if std::process::id() != self.process {
            mem::forget(Arc::clone(&self.pool));
        }
    }
}

/// Runs long work on our threads, the interpreter released; Ctrl-C cancels it.
pub(crate) fn slow<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce(&Control) -> kosar::Result<T> + Send + 'static,
) -> Out<T> {
    let control = Arc::new(Control::new());
    let (sender, receiver) = mpsc::channel();
    let receiver = Mutex::new(receiver);
    let wait = |time| receiver.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(time);
    let theirs = Arc::clone(&control);
    pool(py)?.spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(|| work(&theirs)));
        // Nobody listens any more when the caller was interrupted and left.
        let _ = sender.send(result);
    });
    loop {
        match py.detach(|| wait(POLL)) {
            Ok(Ok(result)) => return Ok(result?),
            Ok(Err(panic)) => return Err(internal(&*panic)),
            Err(_) => py.check_signals().inspect_err(|_| {
                control.cancel();
                let _ = py.detach(|| wait(GRACE));
            })?,
        }
    }
}

/// Runs long work that reads what the caller lends it, such as an array of NumPy that is not copied; Ctrl-C cancels it.
///
/// As the work must end before the loan does, this waits for it however long it takes to see that it was cancelled.
pub(crate) fn slow_on_loan<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&Control) -> kosar::Result<T> + Send,
) -> Out<T> {
    let (control, pool) = (Control::new(), pool(py)?);
    let (sender, receiver) = mpsc::channel();
    let receiver = Mutex::new(receiver);
    let wait = |time| receiver.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(time);
    let run = || catch_unwind(AssertUnwindSafe(|| pool.install(|| work(&control))));
    std::thread::scope(|scope| {
        scope.spawn(move || sender.send(run()));
        let mut interrupt = None;
        loop {
            match (py.detach(|| wait(POLL)), interrupt) {
                (Ok(_), Some(interrupt)) => return Err(interrupt),
                (Ok(Ok(result)), None) => return Ok(result?),
                (Ok(Err(panic)), None) => return Err(internal(&*panic)),
                (Err(_), before) => {
                    interrupt = before.or_else(|| py.check_signals().err().map(Into::into));
                    if interrupt.is_some() {
                        control.cancel();
                    }
                }
            }
        }
    })
}

/// Runs short work in place.
pub(crate) fn fast<T>(work: impl FnOnce() -> Out<T>) -> Out<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(internal(&*panic)))
}

/// Panics, so that tests can see what becomes of it.
#[pyfunction]
pub(crate) fn fail_on_purpose(py: Python<'_>, is_slow: bool) -> Out<()> {
    if is_slow { slow(py, |_| panic!("asked to fail")) } else { fast(|| panic!("asked to fail")) }
}
