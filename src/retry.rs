//! Whether to try again, and when: a pure decision.

use crate::http::{FaultKind, Repeat};

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
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy { mode: RetryMode::Exponential, max_tries: 4, delay: 800, max_delay: 30_000, repeat_unsafe: false }
    }
}

/// What came of an attempt, as far as the decision needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The service was too busy to take the request; the wait that it asked for, in
    /// milliseconds.
    Busy(Option<u32>),
    /// Another status that is an error, and the wait that was asked for.
    Status(u16, Option<u32>),
    /// No response.
    Fault(FaultKind),
}

impl Outcome {
    /// Whether the service may have done what it was asked for.
    pub fn may_be_done(self) -> bool {
        match self {
            Outcome::Fault(FaultKind::Unsent) | Outcome::Busy(_) => false,
            Outcome::Fault(_) => true,
            Outcome::Status(status, _) => status >= 500 || status == 408,
        }
    }
}

/// After attempt number `attempt` (1 is the first): the milliseconds to wait before the
/// next one, or `None` to give up. `chance` is from 0 to below 1.
pub fn decide(policy: &RetryPolicy, attempt: u32, repeat: Repeat, outcome: Outcome, chance: f64) -> Option<u32> {
    let repeatable = repeat == Repeat::Safe || policy.repeat_unsafe;
    let worthwhile = match outcome {
        Outcome::Fault(FaultKind::Redirected | FaultKind::Aborted) => false,
        Outcome::Fault(_) | Outcome::Busy(_) | Outcome::Status(408 | 500 | 502 | 503 | 504, _) => {
            repeatable || !outcome.may_be_done()
        }
        Outcome::Status(..) => false,
    };
    if !worthwhile || attempt >= policy.max_tries || policy.mode == RetryMode::None {
        return None;
    }
    let doublings = if policy.mode == RetryMode::Exponential { (attempt - 1).min(16) } else { 0 };
    let bound = policy.delay.saturating_mul(1 << doublings).min(policy.max_delay);
    let drawn = (f64::from(bound) * chance) as u32;
    let asked = match outcome {
        Outcome::Busy(asked) | Outcome::Status(_, asked) => asked.unwrap_or_default(),
        Outcome::Fault(_) => 0,
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
            (Outcome::Fault(FaultKind::Lost), true, false, true),
            (Outcome::Fault(FaultKind::TimedOut), true, false, true),
            (Outcome::Fault(FaultKind::Redirected), false, false, false),
            (Outcome::Fault(FaultKind::Aborted), false, false, false),
            (Outcome::Busy(None), true, true, true),
            (Outcome::Status(503, None), true, false, true),
            (Outcome::Status(500, None), true, false, true),
            (Outcome::Status(502, None), true, false, true),
            (Outcome::Status(504, None), true, false, true),
            (Outcome::Status(408, None), true, false, true),
            (Outcome::Status(501, None), false, false, false),
            (Outcome::Status(400, None), false, false, false),
            (Outcome::Status(403, None), false, false, false),
            (Outcome::Status(404, None), false, false, false),
            (Outcome::Status(409, None), false, false, false),
        ] {
            assert_eq!(decide(&policy, 1, Repeat::Safe, outcome, 0.5).is_some(), safe, "{outcome:?}");
            assert_eq!(decide(&policy, 1, Repeat::Unsafe, outcome, 0.5).is_some(), unsafe_, "{outcome:?}");
            assert_eq!(decide(&insists, 1, Repeat::Unsafe, outcome, 0.5).is_some(), insisting, "{outcome:?}");
        }
    }

    #[test]
    fn how_long_the_waits_are() {
        let busy = Outcome::Busy(None);
        let wait = |policy: &RetryPolicy, attempt, chance| decide(policy, attempt, Repeat::Safe, busy, chance);
        let exponential = RetryPolicy { max_tries: 10, ..RetryPolicy::default() };
        assert_eq!([1, 2, 3].map(|n| wait(&exponential, n, 0.5)), [Some(400), Some(800), Some(1_600)]);
        assert_eq!(wait(&exponential, 9, 0.999_999), Some(29_999));
        assert_eq!(wait(&exponential, 10, 0.5), None);
        let fixed = RetryPolicy { mode: RetryMode::Fixed, ..exponential.clone() };
        assert_eq!([1, 2, 9].map(|n| wait(&fixed, n, 0.5)), [Some(400); 3]);
        assert_eq!(wait(&RetryPolicy { mode: RetryMode::None, ..exponential }, 1, 0.5), None);
        let asked = Outcome::Busy(Some(7_000));
        assert_eq!(decide(&RetryPolicy::default(), 1, Repeat::Safe, asked, 0.5), Some(7_000));
    }
}
