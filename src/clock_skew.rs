//! By how much this machine's clock is off, as the service's answers tell.

use std::cell::Cell;

use crate::error::Error;
use crate::http::Response;
use crate::text::{before, decimal, fill, pieces, split_once, trim};
use crate::time::Timestamp;

/// Milliseconds that are no more than the way of a response and the seconds of its date.
const NEGLIGIBLE: i64 = 60_000;

/// The time by the service's clock less that by this machine's, in milliseconds; `None`
/// before the service has told its time.
#[derive(Debug, Default)]
pub struct ClockSkew {
    millis: Cell<Option<i64>>,
    /// When it was learned, by this machine's clock.
    learned: Cell<i64>,
}

impl ClockSkew {
    /// A moment of this machine's clock by that of the service.
    pub fn service_time(&self, machine: Timestamp) -> Timestamp {
        Timestamp::from_millis(machine.millis() + self.millis.get().unwrap_or_default())
    }

    /// Whether the service has told its time.
    pub fn is_known(&self) -> bool {
        self.millis.get().is_some()
    }

    /// Whether it is worth looking at a response for it. To read a header takes as long as to read a small body.
    pub fn is_old(&self, machine: Timestamp) -> bool {
        !self.is_known() || (machine.millis() - self.learned.get()).abs() >= NEGLIGIBLE
    }

    /// Learns from a response that came just now, if it is the service's: a proxy's page has
    /// the time of another clock. Returns whether what was known before was off by a minute
    /// or more.
    pub fn learn(&self, response: &Response, refusal: Option<&Error>, machine: Timestamp) -> bool {
        if refusal.is_some_and(|refusal| refusal.code().is_none() && refusal.request_id().is_none()) {
            return false;
        }
        let date = response.header("date").and_then(Timestamp::from_rfc1123);
        let Some(service) = date.or_else(|| refusal.and_then(time_in_refusal)) else { return false };
        let skew = service.millis() - machine.millis();
        let skew = if skew.abs() < NEGLIGIBLE { 0 } else { skew };
        self.learned.set(machine.millis());
        (self.millis.replace(Some(skew)).unwrap_or_default() - skew).abs() >= NEGLIGIBLE
    }

    /// By how many minutes, in words; `None` when it is right.
    pub fn in_words(&self) -> Option<String> {
        let skew = self.millis.get()?;
        let minutes = (skew.abs() + NEGLIGIBLE / 2) / NEGLIGIBLE;
        let way = if skew > 0 { "behind" } else { "ahead of" };
        let unit = if minutes == 1 { "minute" } else { "minutes" };
        let words = [&decimal(minutes), unit, way];
        (skew != 0).then(|| fill("The clock of this machine is {} {} {} the service's.", &words))
    }
}

/// The service's time in a refusal, for browsers: they show its `Date` only if the account's
/// CORS rule exposes it.
fn time_in_refusal(refusal: &Error) -> Option<Timestamp> {
    let detail = refusal.details().iter().find(|(name, _)| name == "authenticationerrordetail");
    let current = detail.and_then(|(_, text)| split_once(text, "Current ["));
    let current = current.and_then(|(_, current)| Timestamp::from_rfc1123(before(current, "]")));
    current.or_else(|| {
        let line = pieces(refusal.message(), b"\n").find_map(|line| line.strip_prefix("Time:"));
        Timestamp::from_iso8601(trim(line?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    /// 2026-01-02T03:04:05Z
    const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_000);

    fn learned(date: &str, detail: &str, message: &str) -> (ClockSkew, bool) {
        let skew = ClockSkew::default();
        let mut response = Response::default();
        response.headers.push(("date".into(), date.to_owned().into()));
        let refusal =
            Error::new(ErrorKind::ClientAuthentication, message).with_detail("authenticationerrordetail", detail);
        let refusal = refusal.with_code(Some("AuthenticationFailed".to_owned()));
        let changed = skew.learn(&response, Some(&refusal), NOW);
        (skew, changed)
    }

    #[test]
    fn it_is_learned_from_a_date_a_detail_or_a_line() {
        let detail = "Signature not valid in the specified time frame: Start [Fri, 02 Jan 2026 03:00:00 GMT] - \
            Expiry [Fri, 02 Jan 2026 03:20:00 GMT] - Current [Fri, 02 Jan 2026 03:24:05 GMT]";
        let message = "Server failed to authenticate the request.\nRequestId:1\nTime:2026-01-02T03:24:05.1234567Z";
        for (date, detail, message) in [
            ("Fri, 02 Jan 2026 03:24:05 GMT", "Current [Fri, 02 Jan 2026 09:00:00 GMT]", ""),
            ("", detail, "Time:2026-01-02T09:00:00Z"),
            ("", "", message),
        ] {
            let (skew, changed) = learned(date, detail, message);
            assert!(changed);
            let service = skew.service_time(NOW).to_iso8601();
            assert_eq!(service, "2026-01-02T03:24:05Z", "{date} {detail} {message}");
            assert_eq!(
                skew.in_words().as_deref(),
                Some("The clock of this machine is 20 minutes behind the service's.")
            );
        }
        let (skew, _) = learned("Fri, 02 Jan 2026 02:03:10 GMT", "", "");
        assert_eq!(skew.in_words().as_deref(), Some("The clock of this machine is 61 minutes ahead of the service's."));
    }

    #[test]
    fn seconds_are_no_skew_and_nonsense_teaches_nothing() {
        for (date, detail, message) in [
            ("Fri, 02 Jan 2026 03:05:04 GMT", "", ""),
            ("Fri, 02 Jan 2026 03:03:06 GMT", "", ""),
            ("yesterday", "Current [soon]", "Time:never"),
            ("", "Current [", "Time:"),
        ] {
            let (skew, changed) = learned(date, detail, message);
            assert_eq!((changed, skew.in_words(), skew.service_time(NOW)), (false, None, NOW), "{date}");
        }
    }

    #[test]
    fn a_proxy_teaches_nothing() {
        let skew = ClockSkew::default();
        let date = Timestamp::from_millis(0).to_rfc1123();
        let response = Response { headers: vec![("date".into(), date.into())], ..Response::default() };
        let page = Error::new(ErrorKind::HttpResponse, "Time:1970-01-01T00:00:00Z");
        assert!(!skew.learn(&response, Some(&page), NOW) && !skew.is_known());
        assert!(skew.learn(&response, Some(&page.with_request_id(Some("r".to_owned()))), NOW) && skew.is_known());
    }

    #[test]
    fn a_clock_that_is_put_right_is_right_again() {
        let (skew, _) = learned("Fri, 02 Jan 2026 03:24:05 GMT", "", "");
        let response = Response { headers: vec![("date".into(), NOW.to_rfc1123().into())], ..Response::default() };
        assert!(skew.learn(&response, None, NOW));
        assert_eq!(skew.in_words(), None);
        assert!(!skew.learn(&response, None, NOW));
    }
}
