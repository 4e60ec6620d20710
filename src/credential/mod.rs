//! Who may: the only room that knows secrets.

mod bearer;
mod sas_making;
mod sas_token;
mod shared_key;

use std::fmt;

pub use bearer::{AccessToken, Bearer, DEFAULT_AUDIENCE, TokenFuture, TokenSource};
pub use sas_making::{
    AccountSas, QueueSas, UserDelegationKey, account_permissions, queue_permissions, resource_types, services,
};
pub use sas_token::SasToken;
pub use shared_key::SharedKey;

use crate::error::{Error, Result};
use crate::http::{Headers, WireRequest};
use crate::limits::Quoted;
use crate::time::Timestamp;

/// What stands in the place of a secret.
const REDACTED: &str = "REDACTED";

/// Text that is never shown: it has no `Display`, and its `Debug` says so.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// How requests prove what they may do: by a signature in the URL, by a header, by both
/// (a SAS that is bound to one user wants that user's access token besides), or not at all.
#[derive(Debug, Default)]
pub struct Credential {
    sas: Option<SasToken>,
    header: Option<HeaderCredential>,
}

/// What fills the `authorization` header.
#[derive(Debug)]
enum HeaderCredential {
    SharedKey(SharedKey),
    Bearer(Bearer),
}

impl From<SharedKey> for Credential {
    fn from(key: SharedKey) -> Self {
        Credential { sas: None, header: Some(HeaderCredential::SharedKey(key)) }
    }
}

impl From<Bearer> for Credential {
    fn from(bearer: Bearer) -> Self {
        Credential { sas: None, header: Some(HeaderCredential::Bearer(bearer)) }
    }
}

impl From<SasToken> for Credential {
    fn from(sas: SasToken) -> Self {
        Credential { sas: Some(sas), header: None }
    }
}

impl Credential {
    /// Reads a credential given as text: a SAS token, or an account key where the account's
    /// name is known.
    pub fn from_text(text: &str, account_name: Option<&str>) -> Result<Self> {
        if let Some(token) = SasToken::parse(text) {
            return Ok(token.into());
        }
        if text.contains('&') || text.starts_with('?') {
            return Err(Error::value(
                "credential",
                format!("a token with {}", SasToken::unknown_field(text)),
                "a shared access signature or an account key",
            ));
        }
        let Some(account_name) = account_name else {
            return Err(Error::value(
                "credential",
                "an account key alone, and the URL does not tell the account",
                "account name and key together for this URL",
            ));
        };
        let key = SharedKey::new(account_name, text).map_err(|_| {
            Error::value(
                "credential",
                "text that is neither",
                "a shared access signature or an account key, which is Base64",
            )
        });
        key.map(Credential::from)
    }

    /// Adds the SAS of the URL, unless there is one already.
    pub fn or_sas(mut self, sas: Option<SasToken>) -> Self {
        self.sas = self.sas.or(sas);
        self
    }

    /// Lets a request prove itself; called anew for each attempt, after all other headers
    /// and the query are in place.
    pub async fn authorize(&self, request: &mut WireRequest, now: Timestamp) -> Result<()> {
        if let Some(sas) = &self.sas {
            sas.append_to(&mut request.url);
        }
        let authorization = match &self.header {
            None => return Ok(()),
            Some(HeaderCredential::SharedKey(key)) => key.authorization(request),
            Some(HeaderCredential::Bearer(bearer)) => bearer.authorization(now).await?,
        };
        request.headers.push(("authorization".into(), authorization));
        Ok(())
    }

    /// The account's name, where the credential tells it.
    pub fn account_name(&self) -> Option<&str> {
        match &self.header {
            Some(HeaderCredential::SharedKey(key)) => Some(key.account_name()),
            _ => None,
        }
    }

    /// Whether requests carry an access token.
    pub fn is_bearer(&self) -> bool {
        matches!(self.header, Some(HeaderCredential::Bearer(_)))
    }

    /// Refuses to send an access token in clear.
    pub fn check_scheme(&self, scheme: &str) -> Result<()> {
        if self.is_bearer() && scheme != "https" {
            return Err(Error::value("account_url", Quoted(scheme), "an https URL for a token credential"));
        }
        Ok(())
    }

    /// The SAS, for those who need the full URL.
    pub fn sas(&self) -> Option<&SasToken> {
        self.sas.as_ref()
    }
}

/// A URL, or words with URLs in them, the signatures hidden: for hooks and messages.
pub fn redacted_url(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split("sig=");
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let end = piece.find(|c: char| c.is_whitespace() || "&\"'`)]}>,;#".contains(c)).unwrap_or(piece.len());
        out.push_str("sig=");
        out.push_str(REDACTED);
        out.push_str(piece.get(end..).unwrap_or_default());
    }
    out
}

/// Headers whose secrets are hidden: for hooks.
pub fn redacted_headers(headers: &Headers) -> Headers {
    let hide =
        |name: &str, value: &str| if name == "authorization" { REDACTED.to_owned() } else { redacted_url(value) };
    headers.iter().map(|(name, value)| (name.clone(), hide(name, value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_hidden_wherever_they_stand() {
        for (text, redacted) in [
            ("https://h/q?sig=a%2Fb&sv=1", "https://h/q?sig=REDACTED&sv=1"),
            ("https://h/q?sv=1&sig=a%2Fb", "https://h/q?sv=1&sig=REDACTED"),
            (
                "cannot reach 'https://h/?sig=a': refused (https://h/?sig=b)",
                "cannot reach 'https://h/?sig=REDACTED': refused (https://h/?sig=REDACTED)",
            ),
            ("nothing here", "nothing here"),
            ("sig=", "sig=REDACTED"),
        ] {
            assert_eq!(redacted_url(text), redacted);
        }
    }
}
