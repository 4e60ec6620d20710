//! Connection strings: "Configure Azure Storage connection strings".

use crate::credential::{Credential, SasToken, SharedKey, unquoted};
use crate::endpoint::{Endpoint, PUBLIC_CLOUD};
use crate::error::{Error, Result};
use crate::limits;
use crate::text::{contains_any, fill, pieces, split_once, trim, trim_end};

/// What a connection string says.
#[derive(Debug)]
pub struct ConnectionString {
    /// Where the account is.
    pub endpoint: Endpoint,
    /// Account name and key, when it has both.
    pub key: Option<SharedKey>,
    /// The SAS that it gives as its credential.
    pub sas: Option<SasToken>,
    /// The SAS in the URL of its endpoint, which goes beside any credential.
    pub url_sas: Option<SasToken>,
}

/// The emulator's account, the same on every machine and no secret.
const EMULATOR: &str = "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;AccountName=devstoreaccount1;\
    AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

impl ConnectionString {
    /// Reads a connection string: "Configure Azure Storage connection strings".
    pub fn parse(text: &str) -> Result<Self> {
        let mut settings = Settings::parse(text)?;
        if settings.get("UseDevelopmentStorage") == Some("true") {
            settings = Settings(EMULATOR);
        }
        let name = settings.get("AccountName").filter(|name| !name.is_empty());
        let key = settings.get("AccountKey").filter(|_| name.is_some());
        let (url, mut secondary) = (settings.get("QueueEndpoint"), settings.get("QueueSecondaryEndpoint"));
        let suffix = settings.get("EndpointSuffix");
        if let Some(name) = name {
            limits::account_name(name)?;
        }
        let key = match (name, key) {
            (Some(name), Some(key)) => Some(SharedKey::new(name, key)?),
            _ => None,
        };
        let derived;
        let url = match (url, name) {
            (Some(url), _) => url,
            (None, _) if secondary.is_some() => {
                return Err(refuse("only a secondary endpoint (QueueSecondaryEndpoint without QueueEndpoint)"));
            }
            (None, None) => return Err(refuse("neither QueueEndpoint nor AccountName")),
            (None, Some(name)) => {
                // Without an endpoint the protocol counts only together with the suffix, as in
                // the official clients.
                let protocol = settings.get("DefaultEndpointsProtocol").filter(|_| suffix.is_some());
                let cloud = suffix.unwrap_or(PUBLIC_CLOUD);
                derived = fill("{}://{}.queue.{}", &[protocol.unwrap_or("https"), name, cloud]);
                &derived
            }
        };
        let (mut endpoint, url_sas) = Endpoint::from_account_url(url)?;
        // Beside the default endpoint, in a cloud with a suffix of its own.
        let beside;
        if let (None, Some(name), Some(suffix)) = (settings.get("QueueEndpoint"), name, suffix) {
            beside = fill("{}-secondary.queue.{}", &[name, suffix]);
            secondary = Some(&beside);
        }
        if let Some(secondary) = secondary {
            endpoint.set_secondary(secondary)?;
            endpoint.has_secondary = settings.get("QueueSecondaryEndpoint").is_some();
        }
        if let Some(name) = name {
            endpoint.name_account(name);
            // Only a signature goes there, and not the SAS itself.
            if key.is_some() {
                endpoint.find_secondary(name, suffix.unwrap_or(PUBLIC_CLOUD));
            }
        }
        let sas = match settings.get("SharedAccessSignature") {
            Some(token) if key.is_none() => Some(
                SasToken::given(token).map_err(|why| refuse(&fill("a SharedAccessSignature that is {}", &[&why])))?,
            ),
            _ => None,
        };
        Ok(ConnectionString { endpoint, key, sas, url_sas })
    }

    /// The account, and how to prove oneself to it: by what the caller gives, else by what
    /// the string says, and by the SAS in its URL besides. Without any of them every call
    /// would be refused.
    pub fn with_credential(self, given: Option<Credential>) -> Result<(Endpoint, Credential)> {
        let own = self.key.map(Credential::from).or(self.sas.map(Credential::from));
        match (given.or(own), self.url_sas) {
            (None, None) => Err(refuse("no credential: neither AccountName with AccountKey nor SharedAccessSignature")),
            (credential, url_sas) => Ok((self.endpoint, credential.unwrap_or_default().or_sas(url_sas))),
        }
    }
}

fn refuse(given: &str) -> Error {
    Error::value(
        "connection_string",
        given,
        "\"Key=Value\" pairs joined by \";\" that tell the account: UseDevelopmentStorage=true, or AccountName or QueueEndpoint with AccountKey or SharedAccessSignature",
    )
}

/// The pairs of a connection string, as text: there are few, and they are looked up once.
struct Settings<'a>(&'a str);

impl<'a> Settings<'a> {
    fn parse(text: &'a str) -> Result<Self> {
        let text = trim_end(unquoted(text), ";");
        if pieces(text, b";").all(|piece| contains_any(piece, b"=")) {
            return Ok(Settings(text));
        }
        Err(refuse("a piece without \"=\""))
    }

    /// The value of a key, in whatever case it is written; the last of equal ones wins.
    fn get(&self, key: &str) -> Option<&'a str> {
        let mut found = None;
        for piece in pieces(self.0, b";") {
            match split_once(piece, "=") {
                Some((name, value)) if trim(name).eq_ignore_ascii_case(key) => found = Some(trim(value)),
                _ => {}
            }
        }
        found
    }
}
