//! Access tokens of Microsoft Entra ID: "Authorize with Microsoft Entra ID" of the REST
//! reference.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::{Quoted, quoted};
use crate::text::{all, fill, trim_end};
use crate::time::Timestamp;

use super::challenge::Challenge;
use super::renewed::{Asked, Lasting, Renewed, Shared, known};
use super::source::{Failure, SourceFuture};
use crate::redaction::Secret;

/// The audience of Azure Storage, for which tokens are asked.
pub const DEFAULT_AUDIENCE: &str = "https://storage.azure.com";
/// Milliseconds before its end at which a token is replaced.
const EARLY: i64 = 300_000;

const UNFIT: &str = "There is no access token: the one that was given is empty, or has blanks or line feeds in it.";

/// A token and when it ends.
#[derive(Clone, Debug)]
pub struct AccessToken {
    token: Secret,
    expires_on: Timestamp,
    refresh_on: Option<Timestamp>,
}

impl AccessToken {
    /// A token, when it ends, and when its giver wants it replaced.
    pub fn new(token: String, expires_on: Timestamp, refresh_on: Option<Timestamp>) -> Self {
        AccessToken { token: Secret(token), expires_on, refresh_on }
    }

    pub(super) fn expose(&self) -> &str {
        &self.token.0
    }

    /// What a header cannot carry would show up in the words of `fetch`, and a line feed would begin another one.
    fn fits_a_header(&self) -> bool {
        !self.token.0.is_empty() && all(&self.token.0, |byte| byte.is_ascii_graphic())
    }
}

impl Lasting for AccessToken {
    fn ends_on(&self) -> Option<Timestamp> {
        Some(self.expires_on)
    }

    fn renew_on(&self, _obtained: Timestamp) -> Option<Timestamp> {
        let early = Timestamp::from_millis(self.expires_on.millis().saturating_sub(EARLY));
        Some(self.refresh_on.map_or(early, |refresh_on| refresh_on.min(early)))
    }
}

/// What a token is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRequest {
    /// A scope such as `https://storage.azure.com/.default`.
    pub scope: String,
    /// The tenant that the service named; `None` is the source's own.
    pub tenant_id: Option<String>,
}

/// Where access tokens come from.
pub trait TokenSource {
    /// Asks for a token. What it fails with is the source of the call's error.
    fn token(&self, request: &TokenRequest) -> SourceFuture<AccessToken>;
}

/// A source of tokens and the token that is in use.
pub struct Bearer {
    source: Box<dyn TokenSource>,
    request: RefCell<TokenRequest>,
    token: Renewed,
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer({})", self.request.borrow().scope)
    }
}

impl Bearer {
    /// A source that is asked for tokens for an audience.
    pub fn new(source: Box<dyn TokenSource>, audience: &str) -> Result<Self> {
        if audience.is_empty() || !all(audience, |byte| byte.is_ascii_graphic()) {
            return Err(Error::value("audience", Quoted(audience), "a URL such as https://storage.azure.com"));
        }
        let request = TokenRequest { scope: scope_of(audience), tenant_id: None };
        Ok(Bearer { source, request: RefCell::new(request), token: Renewed::default() })
    }

    /// A token that is good now.
    pub(super) async fn token(&self, clock: &impl Clock) -> Result<Option<Rc<AccessToken>>> {
        let ask = || -> Asked {
            let asked = self.source.token(&self.request.borrow());
            Box::pin(async move {
                match asked.await {
                    Ok(token) if token.fits_a_header() => Ok(Rc::new(token) as Shared),
                    Ok(_) => Err(Error::new(ErrorKind::ClientAuthentication, UNFIT)),
                    Err(failure) => Err(no_token(failure)),
                }
            })
        };
        self.token.get(clock, clock.now(), &ask).await.map(known)
    }

    /// A token that is good now, where nobody has to be asked for it.
    pub(super) fn token_at_hand(&self, now: Timestamp) -> Option<Rc<AccessToken>> {
        self.token.at_hand(now).and_then(known)
    }

    /// After a 401: drops the token, and adopts the tenant and the scope that the service
    /// names. Returns whether there is sense in asking again, or why the challenge is not met.
    pub(super) fn challenged(
        &self,
        refused: &Rc<AccessToken>,
        header: Option<&str>,
        host: &str,
    ) -> std::result::Result<bool, String> {
        self.token.forget(refused);
        let Some(challenge) = header.and_then(Challenge::parse) else { return Ok(false) };
        let scope = scope_of(challenge.resource_id);
        let mut request = self.request.borrow_mut();
        // Whoever answers in the service's place must not get a token for something else.
        if scope != request.scope && scope != scope_of(DEFAULT_AUDIENCE) && !is_at(challenge.resource_id, host) {
            return Err(fill(
                "The service asked for a token for {}: if that is right, set the option audience to it.",
                &[&quoted(challenge.resource_id)],
            ));
        }
        *request = TokenRequest { scope, tenant_id: Some(challenge.tenant_id.to_owned()) };
        Ok(true)
    }
}

fn scope_of(audience: &str) -> String {
    let audience = audience.strip_suffix("/.default").unwrap_or(audience);
    fill("{}/.default", &[trim_end(audience, "/")])
}

fn is_at(resource_id: &str, host: &str) -> bool {
    trim_end(resource_id, "/").strip_prefix("https://") == Some(host)
}

fn no_token(failure: Failure) -> Error {
    let words = failure.to_string();
    Error::told(ErrorKind::ClientAuthentication, "There is no access token: {}", &[&words]).with_source(failure)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::credential::renewed::tests::Watch;
    use crate::testing::{ready, vectors};

    type Asked = Rc<RefCell<Vec<TokenRequest>>>;

    /// Gives tokens that last an hour.
    struct Desk(Asked);

    impl TokenSource for Desk {
        fn token(&self, request: &TokenRequest) -> SourceFuture<AccessToken> {
            self.0.borrow_mut().push(request.clone());
            let count = self.0.borrow().len();
            let expires_on = Timestamp::from_millis(count as i64 * 3_600_000);
            Box::pin(async move { Ok(AccessToken::new(format!("t{count}"), expires_on, None)) })
        }
    }

    fn bearer(audience: &str) -> (Bearer, Asked) {
        let asked = Asked::default();
        (Bearer::new(Box::new(Desk(asked.clone())), audience).expect("bearer"), asked)
    }

    fn token(bearer: &Bearer, now: i64) -> Rc<AccessToken> {
        ready(bearer.token(&Watch::at(now))).expect("token").expect("an access token")
    }

    #[test]
    fn a_token_is_kept_until_five_minutes_before_its_end() {
        let (bearer, asked) = bearer("https://storage.azure.com/");
        for (now, expected) in [(0, "t1"), (3_299_999, "t1"), (3_300_000, "t2")] {
            assert_eq!(token(&bearer, now).expose(), expected);
        }
        let scope = "https://storage.azure.com/.default".to_owned();
        assert_eq!(
            *asked.borrow(),
            [TokenRequest { scope: scope.clone(), tenant_id: None }, TokenRequest { scope, tenant_id: None }]
        );
        assert!(!format!("{bearer:?} {:?}", token(&bearer, 0)).contains("t2"));
    }

    #[test]
    fn a_token_that_no_header_can_carry_is_none() {
        struct Given(&'static str);
        impl TokenSource for Given {
            fn token(&self, _request: &TokenRequest) -> SourceFuture<AccessToken> {
                let token = AccessToken::new(self.0.to_owned(), Timestamp::from_millis(i64::MAX), None);
                Box::pin(async move { Ok(token) })
            }
        }
        for given in ["", "t0k3n\n", "a\nx-evil: 1", "a\r\n", "a b", "é"] {
            let bearer = Bearer::new(Box::new(Given(given)), DEFAULT_AUDIENCE).expect("bearer");
            let error = ready(bearer.token(&Watch::at(0))).expect_err("no token");
            assert!(error.message().starts_with(UNFIT), "{error}");
            assert!(!error.to_string().contains("t0k3n"));
        }
    }

    #[test]
    fn its_giver_may_want_it_replaced_earlier() {
        let at = Timestamp::from_millis;
        let renewed = |refresh_on| AccessToken::new("t".into(), at(3_600_000), refresh_on).renew_on(at(0));
        assert_eq!(renewed(None), Some(at(3_300_000)));
        assert_eq!(renewed(Some(at(1_000))), Some(at(1_000)));
        assert_eq!(renewed(Some(at(3_400_000))), Some(at(3_300_000)));
    }

    #[test]
    fn every_known_challenge() {
        let cases = &vectors()["bearer_challenges"];
        assert_eq!(cases.as_array().map(Vec::len), Some(5));
        for case in cases.as_array().expect("cases") {
            let (bearer, asked) = bearer("https://other.example");
            let header = case["header"].as_str().expect("header");
            let refused = token(&bearer, 0);
            assert_eq!(bearer.challenged(&refused, Some(header), "host"), Ok(case["error"].is_null()), "{case}");
            assert_eq!(token(&bearer, 0).expose(), "t2", "the token that was refused is dropped");
            let text = |name: &str| case[name].as_str().map(str::to_owned);
            let scope = text("scope").unwrap_or("https://other.example/.default".into());
            assert_eq!(asked.borrow()[1], TokenRequest { scope, tenant_id: text("tenant_id") }, "{case}");
        }
    }

    #[test]
    fn a_challenge_cannot_ask_for_a_token_for_something_else() {
        let challenge = |resource: &str| {
            let header = format!("Bearer authorization_uri=https://login.example/t/authorize resource_id={resource}");
            let (bearer, _) = bearer("https://mine.example");
            let refused = token(&bearer, 0);
            bearer.challenged(&refused, Some(&header), "myacct.queue.core.windows.net")
        };
        let unmet = challenge("https://management.azure.com").expect_err("something else");
        assert!(unmet.contains("\"https://management.azure.com\"") && unmet.contains("audience"), "{unmet}");
        assert!(challenge("https://myacct.queue.core.windows.net.evil.example").is_err());
        assert_eq!(challenge("https://mine.example/"), Ok(true));
        assert_eq!(challenge("https://storage.azure.com/"), Ok(true));
        assert_eq!(challenge("https://myacct.queue.core.windows.net"), Ok(true));
    }
}
