//! How requests are authorized: by a signature in the URL, by a header, or by both.

use std::cell::RefCell;
use std::rc::Rc;

use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Response, WireRequest};
use crate::limits::Quoted;
use crate::redaction::Secrets;
use crate::text::fill;
use crate::time::Timestamp;

use super::bearer::{AccessToken, Bearer};
use super::pasted::unquoted;
use super::permissions::Rights;
use super::sas_access;
use super::sas_source::{SasHolder, SasSource};
use super::sas_token::SasToken;
use super::shared_key::SharedKey;

/// How requests prove what they may do: by a signature in the URL, by a header, by both
/// (a SAS that is bound to one user wants that user's access token besides), or not at all.
#[derive(Debug, Default)]
pub struct Credential {
    sas: SasHolder,
    header: Option<HeaderCredential>,
    /// What was used last: answers may quote one that has been replaced since.
    used: RefCell<Secrets>,
}

/// What fills the `authorization` header.
#[derive(Debug)]
enum HeaderCredential {
    SharedKey(SharedKey),
    Bearer(Bearer),
}

impl From<SharedKey> for Credential {
    fn from(key: SharedKey) -> Self {
        Credential::of(SasHolder::default(), Some(HeaderCredential::SharedKey(key)))
    }
}

impl From<Bearer> for Credential {
    fn from(bearer: Bearer) -> Self {
        Credential::of(SasHolder::default(), Some(HeaderCredential::Bearer(bearer)))
    }
}

impl From<SasToken> for Credential {
    fn from(sas: SasToken) -> Self {
        Credential::of(sas.into(), None)
    }
}

impl From<Box<dyn SasSource>> for Credential {
    fn from(source: Box<dyn SasSource>) -> Self {
        Credential::of(source.into(), None)
    }
}

impl Credential {
    fn of(sas: SasHolder, header: Option<HeaderCredential>) -> Self {
        Credential { sas, header, used: RefCell::default() }
    }

    /// Reads a credential given as text: a SAS token, or an account key where the account's
    /// name is known.
    pub fn from_text(text: &str, account_name: Option<&str>) -> Result<Self> {
        const ALLOWED: &str = "a shared access signature or an account key, which is Base64";
        let text = unquoted(text);
        let why = match SasToken::given(text) {
            Ok(token) => return Ok(token.into()),
            Err(why) => why,
        };
        if !SharedKey::is_like(text) {
            return Err(Error::value("credential", why, ALLOWED));
        }
        let Some(account_name) = account_name else {
            return Err(Error::value(
                "credential",
                "an account key alone, and the URL does not tell the account",
                "account name and key together for this URL",
            ));
        };
        SharedKey::new(account_name, text).map(Credential::from)
    }

    /// Adds the SAS of the URL, unless there is one already.
    pub fn or_sas(mut self, sas: Option<SasToken>) -> Self {
        if let Some(sas) = sas.filter(|_| !self.sas.is_used()) {
            self.sas = sas.into();
        }
        self
    }

    /// Puts another SAS in the place of the one in use, for all calls to come.
    pub fn update_sas(&self, text: &str, now: Timestamp) -> Result<()> {
        if self.header.is_some() && !self.sas.is_used() {
            let given = "one for a client with an account key or a token credential";
            return Err(Error::of_type("sas", given, "for a client that uses one"));
        }
        let token = SasToken::given(text).map_err(|why| Error::value("sas", why, "a shared access signature"))?;
        self.sas.set(token, now);
        Ok(())
    }

    /// Gets hold of what proves a request: of an access token or a SAS, which may take time.
    /// Tokens end by this machine's clock, by which they were given, and a SAS by the
    /// service's.
    pub async fn prove(&self, clock: &impl Clock, service: Timestamp) -> Result<Proof> {
        let sas = self.sas.token(clock, service).await?;
        let header = match &self.header {
            None => None,
            Some(HeaderCredential::SharedKey(_)) => Some(HeaderProof::SharedKey),
            Some(HeaderCredential::Bearer(bearer)) => bearer.token(clock).await?.map(HeaderProof::Token),
        };
        Ok(Proof { sas, header })
    }

    /// The same, without waiting; `None` when a token has to be fetched first.
    pub fn proof_at_hand(&self, machine: Timestamp, service: Timestamp) -> Option<Proof> {
        let sas = self.sas.token_at_hand(service)?;
        let header = match &self.header {
            None => None,
            Some(HeaderCredential::SharedKey(_)) => Some(HeaderProof::SharedKey),
            Some(HeaderCredential::Bearer(bearer)) => Some(HeaderProof::Token(bearer.token_at_hand(machine)?)),
        };
        Some(Proof { sas, header })
    }

    /// Puts a proof into a request, which has all other headers and its query already.
    pub fn authorize(&self, proof: &Proof, request: &mut WireRequest) {
        let mut used = self.used.borrow_mut();
        if let Some(sas) = &proof.sas {
            sas.append_to(&mut request.url);
            used.add(sas.signature());
        }
        let authorization = match (&proof.header, &self.header) {
            (Some(HeaderProof::SharedKey), Some(HeaderCredential::SharedKey(key))) => {
                let signature = key.signature(request);
                request.secrets.add(&signature);
                // It is not in the request, unless the caller put it in the place of something else.
                used.add(key.expose());
                Some(fill("SharedKey {}:{}", &[key.account_name(), &signature]))
            }
            (Some(HeaderProof::Token(token)), _) => {
                used.add(token.expose());
                Some(fill("Bearer {}", &[token.expose()]))
            }
            _ => None,
        };
        used.keep_latest();
        request.secrets.add_all(&used);
        if let Some(authorization) = authorization {
            request.headers.push(("authorization".into(), authorization.into()));
        }
    }

    /// After a refusal: whether another proof can be had, and so is worth another attempt;
    /// if not for a challenge, the error says which one.
    pub fn renew(&self, refused: &Proof, response: &Response, error: Error, host: &str) -> (Error, bool) {
        if let (401, Some(HeaderCredential::Bearer(bearer)), Some(HeaderProof::Token(token))) =
            (response.status, &self.header, &refused.header)
        {
            return match bearer.challenged(token, response.header("www-authenticate"), host) {
                Ok(met) => (error, met),
                Err(unmet) => (error.adding("{}", &[&unmet]), false),
            };
        }
        let renewed = match &refused.sas {
            // A signature that does not match may be that of a key which was changed.
            Some(sas) if error.code() == Some("AuthenticationFailed") || error.kind() == ErrorKind::SasExpired => {
                self.sas.renew(sas)
            }
            _ => false,
        };
        (error, renewed)
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

    /// The SAS in use; `None` too when it has not been asked for yet.
    pub fn sas(&self) -> Option<Rc<SasToken>> {
        self.sas.current()
    }
}

/// What one attempt proves itself with.
#[derive(Debug)]
pub struct Proof {
    sas: Option<Rc<SasToken>>,
    header: Option<HeaderProof>,
}

#[derive(Debug)]
enum HeaderProof {
    SharedKey,
    Token(Rc<AccessToken>),
}

impl Proof {
    /// Refuses a call that this proof does not allow. Beside a header only a SAS that wants
    /// one counts: otherwise the header may allow what the SAS does not.
    pub fn check(&self, rights: &Rights, scheme: &str, machine: Timestamp, service: Timestamp) -> Result<()> {
        if let (Some(HeaderProof::SharedKey), false) = (&self.header, rights.key) {
            return Err(Error::of_type("credential", "an account key", "a token credential for this call"));
        }
        match &self.sas {
            Some(sas) if self.header.is_none() || sas.properties().user_delegation_oid.is_some() => {
                sas.properties().check(rights, scheme, machine, service)
            }
            _ => Ok(()),
        }
    }

    /// Whether the request's date is part of the proof.
    pub fn is_dated(&self) -> bool {
        matches!(self.header, Some(HeaderProof::SharedKey))
    }

    /// Says of a refusal what the credential has to do with it, as far as it tells. Without one the
    /// service hides some queues behind a 404 or a 409.
    pub fn explain(&self, refusal: Error, rights: &Rights, service: Timestamp, is_emulator: bool) -> Error {
        let may_hide = match refusal.status_code() {
            Some(404 | 409) => matches!(refusal.code(), Some("ResourceNotFound" | "PublicAccessNotPermitted")),
            _ => true,
        };
        if self.sas.is_none() && self.header.is_none() && may_hide {
            let refusal = refusal.adding("This client has no credential.", &[]);
            return refusal.with_detail("credential", "none");
        }
        let Some(sas) = self.sas.as_ref().filter(|_| refusal.status_code() == Some(403)) else { return refusal };
        let sas = sas.properties();
        if let Some(expiry) = sas.expiry.filter(|expiry| *expiry <= service) {
            return refusal.because(sas_access::expired(expiry, service));
        }
        if let Some(start) = sas.start.filter(|start| *start > service) {
            let (start, service) = (start.to_iso8601(), service.to_iso8601());
            return refusal.adding("The shared access signature begins at {}; it is {} now.", &[&start, &service]);
        }
        // Azurite calls a wrong signature so.
        let of_emulator = is_emulator && refusal.code() == Some("AuthorizationFailure");
        if self.header.is_none() && (of_emulator || refusal.code() == Some("AuthenticationFailed")) {
            const WORDS: &str = "The signature of the shared access signature was refused: it may be cut off or changed, \
                or made with the key of another account or with one that was replaced since{}.";
            const POLICY: &str = ", or its stored access policy is missing or has ended";
            let policy = if sas.policy_id.is_some() { POLICY } else { "" };
            return refusal.because(Error::told(ErrorKind::ClientAuthentication, WORDS, &[policy]));
        }
        // Who has a stored access policy cannot see what it allows.
        match rights.needed_of_queue().filter(|_| sas.policy_id.is_some()) {
            Some(needed) if refusal.code() == Some("AuthorizationPermissionMismatch") => {
                refusal.adding("This call needs the permission {}.", &[&needed])
            }
            _ => refusal,
        }
    }
}
