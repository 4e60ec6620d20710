//! Connection strings: "Configure Azure Storage connection strings".

use crate::credential::{Credential, SasToken, SharedKey, unquoted};
use crate::endpoint::{Endpoint, PUBLIC_CLOUD};
use crate::error::{Error, Result};
use crate::limits;

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
const EMULATOR: (&str, &str, &str) = (
    "http://127.0.0.1:10001/devstoreaccount1",
    "devstoreaccount1",
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
);

impl ConnectionString {
    /// Reads a connection string: "Configure Azure Storage connection strings".
    pub fn parse(text: &str) -> Result<Self> {
        let settings = Settings::parse(text)?;
        if settings.get("usedevelopmentstorage") == Some("true") {
            let (url, name, key) = EMULATOR;
            let (endpoint, url_sas) = Endpoint::from_account_url(url)?;
            return Ok(ConnectionString { endpoint, key: Some(SharedKey::new(name, key)?), sas: None, url_sas });
        }
        let name = settings.get("accountname").filter(|name| !name.is_empty());
        name.map(limits::account_name).transpose()?;
        let key = name.zip(settings.get("accountkey"));
        let key = key.map(|(name, key)| SharedKey::new(name, key)).transpose()?;
        let secondary = settings.get("queuesecondaryendpoint");
        let url = match (settings.get("queueendpoint"), name) {
            (Some(url), _) => url.to_owned(),
            (None, _) if secondary.is_some() => {
                return Err(refuse_connection_string(
                    "only a secondary endpoint (QueueSecondaryEndpoint without QueueEndpoint)",
                ));
            }
            (None, None) => return Err(refuse_connection_string("neither QueueEndpoint nor AccountName")),
            (None, Some(name)) => settings.default_endpoint(name),
        };
        let (mut endpoint, url_sas) = Endpoint::from_account_url(&url)?;
        let derived = settings.get("queueendpoint").is_none().then(|| settings.default_secondary(name)).flatten();
        if let Some(secondary) = secondary.or(derived.as_deref()) {
            endpoint = endpoint.with_secondary(secondary)?;
        }
        if let Some(name) = name {
            endpoint = endpoint.with_account_name(name);
            // Only a signature goes there, and not the SAS itself.
            if key.is_some() {
                endpoint = endpoint.with_cloud_secondary(name, settings.get("endpointsuffix").unwrap_or(PUBLIC_CLOUD));
            }
        }
        let sas = match settings.get("sharedaccesssignature") {
            Some(token) if key.is_none() => Some(
                SasToken::given(token)
                    .map_err(|why| refuse_connection_string(&format!("a SharedAccessSignature that is {why}")))?,
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
            (None, None) => Err(refuse_connection_string(
                "no credential: neither AccountName with AccountKey nor SharedAccessSignature",
            )),
            (credential, url_sas) => Ok((self.endpoint, credential.unwrap_or_default().or_sas(url_sas))),
        }
    }
}

fn refuse_connection_string(given: &str) -> Error {
    Error::value(
        "connection_string",
        given,
        "\"Key=Value\" pairs joined by \";\" that tell the account: UseDevelopmentStorage=true, or AccountName or QueueEndpoint with AccountKey or SharedAccessSignature",
    )
}

/// The pairs of a connection string; keys in lower case, the last of equal ones wins.
struct Settings<'a>(Vec<(String, &'a str)>);

impl<'a> Settings<'a> {
    fn parse(text: &'a str) -> Result<Self> {
        let pairs = unquoted(text).trim_end_matches(';').split(';').map(|piece| {
            let (key, value) =
                piece.split_once('=').ok_or_else(|| refuse_connection_string("a piece without \"=\""))?;
            Ok((key.trim().to_ascii_lowercase(), value.trim()))
        });
        pairs.collect::<Result<_>>().map(Settings)
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| *value)
    }

    /// Beside the default endpoint, in a cloud with a suffix of its own.
    fn default_secondary(&self, name: Option<&str>) -> Option<String> {
        name.zip(self.get("endpointsuffix")).map(|(name, suffix)| format!("{name}-secondary.queue.{suffix}"))
    }

    /// Without an endpoint the protocol counts only together with the suffix, as in the
    /// official clients.
    fn default_endpoint(&self, name: &str) -> String {
        match (self.get("defaultendpointsprotocol"), self.get("endpointsuffix")) {
            (Some(protocol), Some(suffix)) => format!("{protocol}://{name}.queue.{suffix}"),
            (None, Some(suffix)) => format!("https://{name}.queue.{suffix}"),
            (_, None) => format!("https://{name}.queue.core.windows.net"),
        }
    }
}
