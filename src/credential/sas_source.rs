//! The shared access signature in use, and where the next one comes from.

use std::fmt;
use std::rc::Rc;

use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::time::Timestamp;

use super::renewed::{Asked, Renewed, Shared, known};
use super::sas_token::SasToken;
use super::source::{Failure, SourceFuture};

/// Where shared access signatures come from, such as a backend of the program's own.
pub trait SasSource {
    /// Asks for a token, as text. What it fails with is the source of the call's error.
    fn sas(&self) -> SourceFuture<String>;
}

/// A shared access signature that is there, or is asked for when it is needed, or both.
#[derive(Default)]
pub(super) struct SasHolder {
    token: Renewed,
    source: Option<Box<dyn SasSource>>,
}

impl fmt::Debug for SasHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SasHolder({:?})", self.current())
    }
}

impl From<SasToken> for SasHolder {
    fn from(token: SasToken) -> Self {
        let holder = SasHolder::default();
        // Nobody will ask when it ends.
        holder.set(token, Timestamp::default());
        holder
    }
}

impl From<Box<dyn SasSource>> for SasHolder {
    fn from(source: Box<dyn SasSource>) -> Self {
        SasHolder { source: Some(source), ..SasHolder::default() }
    }
}

impl SasHolder {
    pub fn current(&self) -> Option<Rc<SasToken>> {
        self.token.current().and_then(known)
    }

    pub fn set(&self, token: SasToken, now: Timestamp) {
        self.token.set(Rc::new(token), now);
    }

    /// Whether requests carry one, now or as soon as somebody has been asked.
    pub fn is_used(&self) -> bool {
        self.source.is_some() || self.token.current().is_some()
    }

    /// The one to use now; `None` when this credential has none.
    pub async fn token(&self, clock: &impl Clock, service: Timestamp) -> Result<Option<Rc<SasToken>>> {
        let Some(source) = &self.source else { return Ok(self.current()) };
        let ask = || -> Asked {
            let asked = source.sas();
            Box::pin(async move { read(asked.await) })
        };
        self.token.get(clock, service, &ask).await.map(known)
    }

    /// The same where nobody has to be asked; `None` where somebody has.
    pub fn token_at_hand(&self, service: Timestamp) -> Option<Option<Rc<SasToken>>> {
        if self.source.is_none() {
            return Some(self.current());
        }
        self.token.at_hand(service).map(known)
    }

    /// After a refusal: whether there is another one, or may be. Without a source there is
    /// one only if somebody has set it since.
    pub fn renew(&self, refused: &Rc<SasToken>) -> bool {
        if self.source.is_some() {
            self.token.forget(refused);
            return true;
        }
        self.current().is_some_and(|current| !Rc::ptr_eq(&current, refused))
    }
}

/// What a source gave.
fn read(given: std::result::Result<String, Failure>) -> Result<Shared> {
    let no_sas = |why: &str, what: &str| {
        let words = "There is no shared access signature: {}{}";
        Error::told(ErrorKind::ClientAuthentication, words, &[why, what])
    };
    let text = given.map_err(|failure| no_sas(&failure.to_string(), "").with_source(failure))?;
    match SasToken::given(&text) {
        Ok(token) => Ok(Rc::new(token)),
        Err(why) => Err(no_sas("the credential gave ", &(why + "."))),
    }
}
