//! Whether to try again, and when: a pure decision, of the kind of failure and of what the
//! operation may repeat.

use crate::error::Error;
use crate::http::FaultKind;

/// Whether a request may be sent again although the first one may have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Doing it twice is doing it once: reads, deletes, sets, creates.
    Safe,
    /// A second request would send, lease or change again. The text describes what the service may have
    /// done when no usable response arrives, and how to find out.
    Unsafe(&'static str),
}

/// How the waits between attempts grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryMode {
    /// Each wait is drawn from zero to twice what it was drawn from before.
    Exponential,
    /// Each wait is drawn from zero to the same bound.
    Fixed,
    /// One attempt only.
    None,
}

/// When a call is tried again.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    /// How the waits grow.
    pub mode: RetryMode,
    /// Attempts in all, the first one included.
    pub max_tries: u32,
    /// Bound of the first wait, in milliseconds.
    pub delay: u32,
    /// Bound of every wait, in milliseconds.
    pub max_delay: u32,
    /// Whether requests that must not happen twice are sent again although the first one
    /// may have arrived.
    pub repeat_unsafe: bool,
    /// Whether reads that fail move to the secondary endpoint, and back. `None`: where the
    /// caller named that endpoint.
    pub to_secondary: Option<bool>,
}

impl RetryPolicy {
    /// Whether there may be another attempt after number `attempt`.
    pub fn allows_more(&self, attempt: u32) -> bool {
        attempt < self.max_tries && self.mode != RetryMode::None
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            mode: RetryMode::Exponential,
            max_tries: 4,
            delay: 800,
            max_delay: 30_000,
            repeat_unsafe: false,
            to_secondary: None,
        }
    }
}

/// An attempt that failed, for a decision of the caller's own.
pub struct FailedAttempt<'a> {
    /// Its number, the first one being 1.
    pub attempt: u32,
    /// What it failed with.
    pub error: &'a Error,
    /// The wait that the policy decided on, in milliseconds; `None` for no other attempt.
    pub wait: Option<u32>,
    /// Whether the service may have done what it was asked for, in this or an earlier attempt.
    pub may_be_done: bool,
}

/// What came of an attempt, as far as the decision needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The service was too busy to take the request; the wait that it asked for, in
    /// milliseconds.
    Busy(Option<u32>),
    /// Another status that is an error, and the wait that was asked for.
    Status(u16, Option<u32>),
    /// 404 of the secondary endpoint, which may not have yet what the primary one has.
    Lagging,
    /// No response.
    Fault(FaultKind),
}

impl Outcome {
    /// Whether the service may have done what it was asked for.
    pub fn may_be_done(self) -> bool {
        match self {
            Outcome::Fault(
                FaultKind::Unsent | FaultKind::NotSentInTime | FaultKind::Refused | FaultKind::Unreachable,
            )
            | Outcome::Busy(_)
            | Outcome::Lagging => false,
            Outcome::Fault(_) => true,
            // A success that the operation does not have is no answer of the service's.
            Outcome::Status(status, _) => status == 408 || !(300..500).contains(&status),
        }
    }

    /// Whether the same call may be made again: that does no harm, and may succeed.
    pub fn is_retryable(self, repeat: Repeat) -> bool {
        let may_pass = match self {
            Outcome::Fault(
                FaultKind::Unreachable
                | FaultKind::Hidden
                | FaultKind::Redirected
                | FaultKind::Aborted
                | FaultKind::Thrown,
            ) => false,
            Outcome::Fault(_) | Outcome::Busy(_) | Outcome::Lagging => true,
            // A success that is none is a proxy's page, as a rule.
            Outcome::Status(status, _) => matches!(status, 200..300 | 408 | 500 | 502 | 503 | 504),
        };
        may_pass && (repeat == Repeat::Safe || !self.may_be_done())
    }
}

/// How much longer a service is left alone that says it has too much to do.
const BUSY: u32 = 4;

/// After attempt number `attempt` (1 is the first): the milliseconds to wait before the
/// next one, or `None` to give up. `chance` is from 0 to below 1.
pub fn decide(policy: &RetryPolicy, attempt: u32, repeat: Repeat, outcome: Outcome, chance: f64) -> Option<u32> {
    let repeat = if policy.repeat_unsafe { Repeat::Safe } else { repeat };
    // A service that restarts is back soon, or the caller hears within a second that it is not there.
    let in_vain = match outcome {
        // A CORS rule stays replaced; but a proxy that fails answers without any.
        Outcome::Fault(FaultKind::Refused | FaultKind::Silent | FaultKind::Withheld) => attempt > 1,
        // What answers for the service does not go away in a second.
        Outcome::Status(status, _) => status < 300,
        _ => false,
    };
    if !outcome.is_retryable(repeat) || in_vain || !policy.allows_more(attempt) {
        return None;
    }
    if outcome == Outcome::Lagging {
        return Some(0);
    }
    let doublings = if policy.mode == RetryMode::Exponential { (attempt - 1).min(16) } else { 0 };
    let patience = if matches!(outcome, Outcome::Busy(_) | Outcome::Status(503, _)) { BUSY } else { 1 };
    let bound = policy.delay.saturating_mul(patience << doublings).min(policy.max_delay);
    let drawn = (f64::from(bound) * chance) as u32;
    let asked = match outcome {
        Outcome::Busy(asked) | Outcome::Status(_, asked) => asked.unwrap_or_default(),
        Outcome::Fault(_) | Outcome::Lagging => 0,
    };
    Some(drawn.max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_again() {
        let policy = RetryPolicy::default();
        let insists = RetryPolicy { repeat_unsafe: true, ..RetryPolicy::default() };
        for (outcome, safe, unsafe_, insisting) in [
            (Outcome::Fault(FaultKind::Unsent), true, true, true),
            (Outcome::Fault(FaultKind::NotSentInTime), true, true, true),
            (Outcome::Fault(FaultKind::Refused), true, true, true),
            (Outcome::Fault(FaultKind::Unreachable), false, false, false),
            (Outcome::Fault(FaultKind::Hidden), false, false, false),
            (Outcome::Lagging, true, true, true),
            (Outcome::Fault(FaultKind::Lost), true, false, true),
            (Outcome::Fault(FaultKind::Silent), true, false, true),
            (Outcome::Fault(FaultKind::Withheld), true, false, true),
            (Outcome::Fault(FaultKind::TimedOut), true, false, true),
            (Outcome::Fault(FaultKind::Redirected), false, false, false),
            (Outcome::Fault(FaultKind::Aborted), false, false, false),
            (Outcome::Fault(FaultKind::Thrown), false, false, false),
            (Outcome::Busy(None), true, true, true),
            (Outcome::Status(503, None), true, false, true),
            (Outcome::Status(500, None), true, false, true),
            (Outcome::Status(502, None), true, false, true),
            (Outcome::Status(504, None), true, false, true),
            (Outcome::Status(408, None), true, false, true),
            (Outcome::Status(501, None), false, false, false),
            (Outcome::Status(200, None), false, false, false),
            (Outcome::Status(400, None), false, false, false),
            (Outcome::Status(403, None), false, false, false),
            (Outcome::Status(404, None), false, false, false),
            (Outcome::Status(409, None), false, false, false),
        ] {
            assert_eq!(decide(&policy, 1, Repeat::Safe, outcome, 0.5).is_some(), safe, "{outcome:?}");
            assert_eq!(decide(&policy, 1, Repeat::Unsafe(""), outcome, 0.5).is_some(), unsafe_, "{outcome:?}");
            assert_eq!(decide(&insists, 1, Repeat::Unsafe(""), outcome, 0.5).is_some(), insisting, "{outcome:?}");
        }
    }

    #[test]
    fn what_may_be_done() {
        for status in [200, 202, 206, 408, 500, 501, 502, 503, 504] {
            assert!(Outcome::Status(status, None).may_be_done(), "{status}");
        }
        for status in [400, 401, 403, 404, 409, 413] {
            assert!(!Outcome::Status(status, None).may_be_done(), "{status}");
        }
    }

    #[test]
    fn how_long_the_waits_are() {
        let lost = Outcome::Fault(FaultKind::Lost);
        let wait = |policy: &RetryPolicy, attempt, chance| decide(policy, attempt, Repeat::Safe, lost, chance);
        let exponential = RetryPolicy { max_tries: 10, ..RetryPolicy::default() };
        assert_eq!([1, 2, 3].map(|n| wait(&exponential, n, 0.5)), [Some(400), Some(800), Some(1_600)]);
        assert_eq!(wait(&exponential, 9, 0.999_999), Some(29_999));
        assert_eq!(wait(&exponential, 10, 0.5), None);
        let fixed = RetryPolicy { mode: RetryMode::Fixed, ..exponential.clone() };
        assert_eq!([1, 2, 9].map(|n| wait(&fixed, n, 0.5)), [Some(400); 3]);
        assert_eq!(wait(&RetryPolicy { mode: RetryMode::None, ..exponential }, 1, 0.5), None);
        let first = |outcome, chance| decide(&RetryPolicy::default(), 1, Repeat::Safe, outcome, chance);
        assert_eq!(first(Outcome::Busy(Some(7_000)), 0.5), Some(7_000));
        for busy in [Outcome::Busy(None), Outcome::Status(503, None)] {
            assert_eq!(first(busy, 0.5), Some(1_600), "longer");
        }
        assert_eq!(first(Outcome::Status(500, None), 0.5), Some(400));
    }

    #[test]
    fn retries_once_when_the_host_is_not_reached_or_the_browser_withholds_its_response() {
        for (kind, repeat) in [
            (FaultKind::Refused, Repeat::Unsafe("")),
            (FaultKind::Silent, Repeat::Safe),
            (FaultKind::Withheld, Repeat::Safe),
        ] {
            let wait = |attempt| decide(&RetryPolicy::default(), attempt, repeat, Outcome::Fault(kind), 0.999);
            assert_eq!((wait(1), wait(2)), (Some(799), None));
        }
    }
}
