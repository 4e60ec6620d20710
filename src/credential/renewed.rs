//! A secret that is given out for a time: kept, asked for anew in time, and once for all
//! who wait.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::time::Timestamp;

/// Milliseconds until a source that had nothing better is asked again, while the old secret
/// still does.
const PATIENCE: u32 = 30_000;
/// Milliseconds for which a question is waited for, while the old secret still does.
const POLITE: u32 = 5_000;
/// Milliseconds after which a question without an answer is put again: what hangs must not
/// hang for ever.
const FORGOTTEN: u32 = 60_000;

/// Something that ends. What is renewed is of one type for all, since to wait for each of its
/// own would be the waiting over again in the wasm.
pub(super) trait Lasting: Any {
    /// When it ends; `None` when it does not tell.
    fn ends_on(&self) -> Option<Timestamp>;
    /// When it should be replaced, if it was obtained at this moment; `None` when it does
    /// not tell.
    fn renew_on(&self, obtained: Timestamp) -> Option<Timestamp>;
}

/// A secret of a kind that only its owner knows: see [`known`].
pub(super) type Shared = Rc<dyn Lasting>;

/// A secret as what it is; `None` when it is something else.
pub(super) fn known<T: Lasting>(secret: Shared) -> Option<Rc<T>> {
    let secret: Rc<dyn Any> = secret;
    secret.downcast().ok()
}

/// What a source is going to give.
pub(super) type Asked = Pin<Box<dyn Future<Output = Result<Shared>>>>;

/// The secret in use.
#[derive(Clone)]
struct Held {
    secret: Shared,
    renew_on: Timestamp,
    ends_on: Timestamp,
}

/// A secret and its successors. Calls share it, and any number of them may wait at once.
#[derive(Default)]
pub(super) struct Renewed {
    held: RefCell<Option<Held>>,
    question: RefCell<Option<Rc<Question>>>,
    asked_in_vain_on: Cell<Option<Timestamp>>,
}

impl Renewed {
    /// The secret in use, whether it has ended or not.
    pub fn current(&self) -> Option<Shared> {
        self.held.borrow().as_ref().map(|held| Rc::clone(&held.secret))
    }

    /// Takes a secret into use. Whoever waits for one waits no longer.
    pub fn set(&self, secret: Shared, now: Timestamp) {
        const NEVER: Timestamp = Timestamp::from_millis(i64::MAX);
        let renew_on = secret.renew_on(now).unwrap_or(NEVER);
        let ends_on = secret.ends_on().unwrap_or(NEVER);
        if let Some(question) = self.question.take() {
            question.close(&secret);
        }
        self.held.replace(Some(Held { secret, renew_on, ends_on }));
        self.asked_in_vain_on.take();
    }

    /// Drops a secret that was refused, unless it has been replaced since.
    pub fn forget<T>(&self, refused: &Rc<T>) {
        self.held.borrow_mut().take_if(|held| std::ptr::addr_eq(Rc::as_ptr(&held.secret), Rc::as_ptr(refused)));
    }

    /// The secret in use, if it needs no successor yet.
    pub fn at_hand(&self, now: Timestamp) -> Option<Shared> {
        let patient = self.asked_in_vain_on.get().is_some_and(|then| since(then, now) < PATIENCE);
        let held = self.held.borrow();
        let held = held.as_ref().filter(|held| now < held.ends_on && (patient || now < held.renew_on))?;
        Some(Rc::clone(&held.secret))
    }

    /// A secret that is good now. Near its end the next one is asked for; should there be
    /// none, or none in a few seconds, the old one does.
    pub async fn get(&self, clock: &impl Clock, now: Timestamp, ask: &dyn Fn() -> Asked) -> Result<Shared> {
        if let Some(secret) = self.at_hand(now) {
            return Ok(secret);
        }
        let held = self.held.borrow().clone().filter(|held| now < held.ends_on);
        let question = self.question(now, ask);
        let mut answer = pin!(poll_fn(|context| question.poll(context)));
        if held.is_none() {
            answer.await;
        } else {
            let left = POLITE.saturating_sub(since(question.asked_on, now));
            // If it takes longer, there is no answer.
            let _ = clock.within(left, answer.as_mut() as Pin<&mut dyn Future<Output = ()>>).await;
        }
        self.take(&question, held, now)
    }

    /// The question that is open, or a new one.
    fn question(&self, now: Timestamp, ask: &dyn Fn() -> Asked) -> Rc<Question> {
        let open = |question: &Rc<Question>| since(question.asked_on, now) < FORGOTTEN;
        if let Some(question) = self.question.borrow().as_ref().filter(|question| open(question)) {
            return Rc::clone(question);
        }
        let question = Rc::new(Question { asked_on: now, state: State::Open(ask()).into(), waiters: Arc::default() });
        self.question.replace(Some(Rc::clone(&question)));
        question
    }

    /// Closes a question that was answered; the first to come takes its answer into use, for all
    /// the others. If it is no better than the secret that is held, that one does.
    fn take(&self, question: &Rc<Question>, held: Option<Held>, now: Timestamp) -> Result<Shared> {
        let (answer, held) = match (question.answer(), held) {
            (Some(answer), held) => (answer, held),
            (None, Some(held)) => return Ok(held.secret),
            // Nobody gives up before there is an answer when nothing is held.
            (None, None) => (Err(Error::new(ErrorKind::ClientAuthentication, "There is no credential.")), None),
        };
        let first = self.question.borrow().as_ref().is_some_and(|open| Rc::ptr_eq(open, question));
        if first {
            self.question.take();
            if let Ok(secret) = &answer {
                self.set(Rc::clone(secret), now);
            }
        }
        let Some(held) = held else { return answer };
        if !answer.as_ref().is_ok_and(|secret| secret.ends_on() > held.secret.ends_on()) {
            self.asked_in_vain_on.set(Some(now));
        }
        Ok(answer.unwrap_or(held.secret))
    }
}

/// Milliseconds between two moments; a clock that was put back makes no wait of it.
fn since(then: Timestamp, now: Timestamp) -> u32 {
    now.millis().abs_diff(then.millis()).min(u64::from(u32::MAX)) as u32
}

/// A question that is put once and whose answer goes to all who wait for it. It needs no
/// task of its own: whoever waits drives it, and when one gives up the others go on.
struct Question {
    asked_on: Timestamp,
    state: RefCell<State>,
    waiters: Arc<Waiters>,
}

enum State {
    Open(Asked),
    Answered(Result<Shared>),
}

impl Question {
    fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        self.waiters.add(context.waker());
        // Whoever gives the answer may ask for one himself; he waits like everybody else.
        let Ok(mut state) = self.state.try_borrow_mut() else { return Poll::Pending };
        if let State::Open(asked) = &mut *state {
            let waker = Waker::from(Arc::clone(&self.waiters));
            let Poll::Ready(answer) = asked.as_mut().poll(&mut Context::from_waker(&waker)) else {
                return Poll::Pending;
            };
            *state = State::Answered(answer);
            self.waiters.wake_all();
        }
        Poll::Ready(())
    }

    fn answer(&self) -> Option<Result<Shared>> {
        match &*self.state.try_borrow().ok()? {
            State::Answered(Ok(secret)) => Some(Ok(Rc::clone(secret))),
            State::Answered(Err(error)) => Some(Err(error.retold())),
            State::Open(_) => None,
        }
    }

    /// Answers it from elsewhere.
    fn close(&self, secret: &Shared) {
        if let Ok(mut state) = self.state.try_borrow_mut() {
            *state = State::Answered(Ok(Rc::clone(secret)));
        }
        self.waiters.wake_all();
    }
}

/// Who waits for an answer. There is one thread, but wakers can be sent to others, and so
/// this must be fit for it.
#[derive(Default)]
struct Waiters(Mutex<Vec<Waker>>);

impl Waiters {
    fn add(&self, waker: &Waker) {
        let mut waiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !waiters.iter().any(|other| other.will_wake(waker)) {
            waiters.push(waker.clone());
        }
    }

    fn wake_all(&self) {
        let waiters = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        waiters.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::pin::pin;

    use super::*;
    use crate::error::{Error, ErrorKind};
    use crate::http::{Fault, FaultKind};
    use crate::testing::ready;

    /// Milliseconds at which it ends.
    #[derive(Debug, PartialEq)]
    struct Pass(i64);

    impl Lasting for Pass {
        fn ends_on(&self) -> Option<Timestamp> {
            Some(Timestamp::from_millis(self.0))
        }

        fn renew_on(&self, _: Timestamp) -> Option<Timestamp> {
            Some(Timestamp::from_millis(self.0 - 100_000))
        }
    }

    /// A clock by which it is always the same time, and a wait is over when it is told so.
    #[derive(Default)]
    pub struct Watch(pub Timestamp, Cell<bool>);

    impl Watch {
        pub fn at(millis: i64) -> Self {
            Watch(at(millis), Cell::default())
        }
    }

    impl Clock for Watch {
        fn now(&self) -> Timestamp {
            self.0
        }

        fn random(&self) -> f64 {
            0.0
        }

        async fn within<T>(&self, millis: u32, work: impl Future<Output = T>) -> std::result::Result<T, Fault> {
            let mut work = pin!(work);
            let over = || Fault::of(FaultKind::TimedOut);
            poll_fn(|context| match work.as_mut().poll(context) {
                Poll::Ready(done) => Poll::Ready(Ok(done)),
                Poll::Pending if self.1.get() || millis == 0 => Poll::Ready(Err(over())),
                Poll::Pending => Poll::Pending,
            })
            .await
        }

        async fn pause(&self, _: u32, _: u32, _: &Error) -> std::result::Result<(), Fault> {
            Ok(())
        }
    }

    /// Passes that are renewed.
    #[derive(Default)]
    struct Passes(Renewed);

    impl Passes {
        fn current(&self) -> Option<Rc<Pass>> {
            self.0.current().and_then(known)
        }

        async fn get(&self, clock: &impl Clock, now: Timestamp, ask: impl Fn() -> Asked) -> Result<Rc<Pass>> {
            self.0.get(clock, now, &ask).await.map(|pass| known(pass).expect("a pass"))
        }
    }

    /// A source that answers when it is told to.
    #[derive(Default)]
    struct Desk {
        asked: Cell<u32>,
        answer: Rc<RefCell<Option<Result<Shared>>>>,
    }

    impl Desk {
        fn says(&self, ends: i64) {
            self.answer.replace(Some(Ok(Rc::new(Pass(ends)))));
        }

        fn fails(&self) {
            self.answer.replace(Some(Err(Error::new(ErrorKind::ClientAuthentication, "closed"))));
        }

        fn ask(&self) -> Asked {
            self.asked.set(self.asked.get() + 1);
            let answer = Rc::clone(&self.answer);
            Box::pin(poll_fn(move |_| answer.borrow_mut().take().map_or(Poll::Pending, Poll::Ready)))
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn all_who_wait_get_the_answer_to_one_question() {
        let (pass, desk) = (Passes::default(), Desk::default());
        let watch = Watch::default();
        let mut calls: Vec<_> = (0..100).map(|_| Box::pin(pass.get(&watch, at(0), || desk.ask()))).collect();
        let mut context = Context::from_waker(Waker::noop());
        assert!(calls.iter_mut().all(|call| call.as_mut().poll(&mut context).is_pending()));
        // The one that asked gives up; the others do not notice.
        drop(calls.remove(0));
        desk.says(1_000);
        for call in &mut calls {
            let Poll::Ready(Ok(got)) = call.as_mut().poll(&mut context) else { panic!("an answer") };
            assert_eq!(*got, Pass(1_000));
        }
        assert_eq!(desk.asked.get(), 1);
    }

    #[test]
    fn a_failure_goes_to_all_who_wait_and_is_not_remembered() {
        let (pass, desk) = (Passes::default(), Desk::default());
        let mut context = Context::from_waker(Waker::noop());
        let watch = Watch::default();
        let (mut one, mut other) =
            (pin!(pass.get(&watch, at(0), || desk.ask())), pin!(pass.get(&watch, at(0), || desk.ask())));
        assert!(one.as_mut().poll(&mut context).is_pending() && other.as_mut().poll(&mut context).is_pending());
        desk.fails();
        assert!(matches!(one.as_mut().poll(&mut context), Poll::Ready(Err(_))));
        assert!(matches!(other.as_mut().poll(&mut context), Poll::Ready(Err(_))));
        desk.says(1_000);
        assert_eq!(*ready(pass.get(&Watch::default(), at(0), || desk.ask())).expect("pass"), Pass(1_000));
        assert_eq!(desk.asked.get(), 2);
    }

    #[test]
    fn near_its_end_it_is_replaced() {
        let (pass, desk) = (Passes::default(), Desk::default());
        let get = |now: i64| ready(pass.get(&Watch::default(), at(now), || desk.ask())).expect("pass").0;
        desk.says(1_000_000);
        assert_eq!((get(0), get(899_999), desk.asked.get()), (1_000_000, 1_000_000, 1));
        desk.says(2_000_000);
        assert_eq!((get(900_000), get(900_001), desk.asked.get()), (2_000_000, 2_000_000, 2));
    }

    #[test]
    fn nobody_waits_long_while_the_old_one_does() {
        let (pass, desk) = (Passes::default(), Desk::default());
        let watch = Watch::default();
        desk.says(1_000_000);
        ready(pass.get(&watch, at(0), || desk.ask())).expect("pass");
        let mut context = Context::from_waker(Waker::noop());
        let mut first = pin!(pass.get(&watch, at(900_000), || desk.ask()));
        assert!(first.as_mut().poll(&mut context).is_pending());
        assert!(pin!(pass.get(&watch, at(904_999), || desk.ask())).poll(&mut context).is_pending());
        // After five seconds in all, whoever comes takes the old one, and so do those who waited.
        assert_eq!(*ready(pass.get(&watch, at(905_000), || desk.ask())).expect("pass"), Pass(1_000_000));
        watch.1.set(true);
        assert!(matches!(first.as_mut().poll(&mut context), Poll::Ready(Ok(pass)) if *pass == Pass(1_000_000)));
        desk.says(2_000_000);
        assert_eq!(ready(pass.get(&watch, at(906_000), || desk.ask())).expect("pass").0, 2_000_000);
        assert_eq!(desk.asked.get(), 2);
    }

    /// Counts how often it is woken.
    #[derive(Default)]
    struct Bell(Mutex<u32>);

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            *self.0.lock().expect("lock") += 1;
        }
    }

    #[test]
    fn who_waits_is_woken_when_another_gets_the_answer() {
        let (pass, desk) = (Passes::default(), Desk::default());
        let (watch, bell) = (Watch::default(), Arc::new(Bell::default()));
        let waker = Waker::from(Arc::clone(&bell));
        let mut waiting = pin!(pass.get(&watch, at(0), || desk.ask()));
        for _ in 0..3 {
            assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        desk.says(1_000_000);
        assert_eq!(*ready(pass.get(&watch, at(0), || desk.ask())).expect("pass"), Pass(1_000_000));
        assert_eq!(*bell.0.lock().expect("lock"), 1, "once, however often it was polled");
    }

    #[test]
    fn a_source_that_asks_itself_waits_and_does_not_panic() {
        let pass = Rc::new(Passes::default());
        let inner = Rc::clone(&pass);
        let ask = || -> Asked {
            let inner = Rc::clone(&inner);
            Box::pin(async move {
                let watch = Watch::default();
                let mut context = Context::from_waker(Waker::noop());
                let again = pin!(inner.get(&watch, at(0), || Box::pin(std::future::pending())));
                assert!(again.poll(&mut context).is_pending());
                Ok(Rc::new(Pass(1_000_000)) as Shared)
            })
        };
        assert_eq!(*ready(pass.get(&Watch::default(), at(0), ask)).expect("pass"), Pass(1_000_000));
    }

    #[test]
    fn one_that_is_set_answers_the_question() {
        let (pass, desk) = (Passes::default(), Desk::default());
        let watch = Watch::default();
        let mut context = Context::from_waker(Waker::noop());
        let mut waiting = pin!(pass.get(&watch, at(0), || desk.ask()));
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        pass.0.set(Rc::new(Pass(2_000_000)), at(1));
        desk.says(1_000_000);
        assert!(matches!(waiting.as_mut().poll(&mut context), Poll::Ready(Ok(pass)) if *pass == Pass(2_000_000)));
        assert_eq!(pass.current(), Some(Rc::new(Pass(2_000_000))), "and what comes late does not take its place");
        assert_eq!((ready(pass.get(&watch, at(2), || desk.ask())).expect("pass").0, desk.asked.get()), (2_000_000, 1));
    }

    #[test]
    fn a_source_that_has_nothing_better_is_left_alone_for_a_while() {
        let (pass, desk) = (Passes::default(), Desk::default());
        let get = |now: i64| ready(pass.get(&Watch::default(), at(now), || desk.ask()));
        desk.says(1_000_000);
        assert_eq!(get(0), Ok(Rc::new(Pass(1_000_000))));
        for (now, asked) in [(900_000, 2), (929_999, 2), (930_000, 3)] {
            desk.fails();
            assert_eq!(get(now), Ok(Rc::new(Pass(1_000_000))));
            assert_eq!(desk.asked.get(), asked);
        }
        for (now, asked) in [(960_000, 4), (989_999, 4)] {
            desk.says(1_000_000);
            assert_eq!((get(now), desk.asked.get()), (Ok(Rc::new(Pass(1_000_000))), asked));
        }
        desk.fails();
        assert!(get(1_000_000).is_err(), "there is no old one any more");
    }

    #[test]
    fn what_is_refused_is_dropped_unless_it_was_replaced() {
        let (pass, desk) = (Passes::default(), Desk::default());
        desk.says(1_000);
        let old = ready(pass.get(&Watch::default(), at(0), || desk.ask())).expect("pass");
        pass.0.set(Rc::new(Pass(2_000)), at(0));
        pass.0.forget(&old);
        assert_eq!(pass.current(), Some(Rc::new(Pass(2_000))));
        pass.0.forget(&pass.current().expect("pass"));
        assert_eq!(pass.current(), None);
    }

    #[test]
    fn a_question_that_nobody_answers_is_put_again_after_a_minute() {
        let (pass, desk) = (Passes::default(), Desk::default());
        let watch = Watch::default();
        let mut context = Context::from_waker(Waker::noop());
        // A clock that is put back by an hour does not make it wait for an hour.
        for (now, asked) in [(0, 1), (59_999, 1), (60_000, 2), (-3_600_000, 3)] {
            assert!(pin!(pass.get(&watch, at(now), || desk.ask())).poll(&mut context).is_pending());
            assert_eq!(desk.asked.get(), asked);
        }
    }
}
