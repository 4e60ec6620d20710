//! Access tokens of Microsoft Entra ID.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::error::Result;
use crate::time::Timestamp;

use super::Secret;

/// The audience of Azure Storage, for which tokens are asked.
pub const DEFAULT_AUDIENCE: &str = "https://storage.azure.com";
/// Milliseconds before its end at which a token is replaced.
const EARLY: i64 = 300_000;

/// A token and when it ends.
#[derive(Clone, Debug)]
pub struct AccessToken {
    token: Secret,
    expires_on: Timestamp,
}

impl AccessToken {
    /// A token and when it ends.
    pub fn new(token: String, expires_on: Timestamp) -> Self {
        AccessToken { token: Secret(token), expires_on }
    }
}

/// What [`TokenSource::token`] returns.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken>> + 'a>>;

/// Where access tokens come from.
pub trait TokenSource {
    /// A token for a scope such as `https://storage.azure.com/.default`.
    fn token(&self, scope: &str) -> TokenFuture<'_>;
}

/// A source of tokens and the token that is in use.
pub struct Bearer {
    source: Box<dyn TokenSource>,
    scope: String,
    current: RefCell<Option<AccessToken>>,
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer({})", self.scope)
    }
}

impl Bearer {
    /// A source that is asked for tokens for an audience.
    pub fn new(source: Box<dyn TokenSource>, audience: &str) -> Self {
        Bearer { source, scope: format!("{}/.default", audience.trim_end_matches('/')), current: RefCell::new(None) }
    }

    pub(super) async fn authorization(&self, now: Timestamp) -> Result<String> {
        let fresh = |token: &AccessToken| token.expires_on.millis().saturating_sub(EARLY) > now.millis();
        // The borrow ends here: another call may come while a token is awaited.
        let current = self.current.borrow().clone().filter(fresh);
        let token = match current {
            Some(token) => token,
            None => {
                let token = self.source.token(&self.scope).await?;
                self.current.replace(Some(token.clone()));
                token
            }
        };
        Ok(format!("Bearer {}", token.token.0))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::testing::ready;

    struct Counting(Rc<Cell<i64>>);

    impl TokenSource for Counting {
        fn token(&self, scope: &str) -> TokenFuture<'_> {
            assert_eq!(scope, "https://storage.azure.com/.default");
            self.0.set(self.0.get() + 1);
            let count = self.0.get();
            Box::pin(
                async move { Ok(AccessToken::new(format!("t{count}"), Timestamp::from_millis(count * 1_000_000))) },
            )
        }
    }

    #[test]
    fn a_token_is_kept_until_five_minutes_before_its_end() {
        let asked = Rc::new(Cell::new(0));
        let bearer = Bearer::new(Box::new(Counting(asked.clone())), "https://storage.azure.com/");
        let at = |millis| ready(bearer.authorization(Timestamp::from_millis(millis))).expect("token");
        assert_eq!(at(0), "Bearer t1");
        assert_eq!(at(699_999), "Bearer t1");
        assert_eq!(at(700_000), "Bearer t2");
        assert_eq!(asked.get(), 2);
        assert!(!format!("{:?} {:?}", bearer, bearer.current).contains("t2"));
    }
}
