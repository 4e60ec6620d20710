//! Connection strings: "Configure Azure Storage connection strings".

use crate::credential::{SasToken, SharedKey};
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};

/// What a connection string says.
#[derive(Debug)]
pub struct ConnectionString {
    /// Where the account is.
    pub endpoint: Endpoint,
    /// Account name and key, when it has both.
    pub key: Option<SharedKey>,
    /// A SAS, from the string or from the URL in it.
    pub sas: Option<SasToken>,
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
            let (endpoint, sas) = Endpoint::from_account_url(url)?;
            return Ok(ConnectionString { endpoint, key: Some(SharedKey::new(name, key)?), sas });
        }
        let name = settings.get("accountname").filter(|name| !name.is_empty());
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
        }
        let sas = match settings.get("sharedaccesssignature") {
            Some(token) if key.is_none() => Some(SasToken::parse(token).ok_or_else(|| {
                refuse_connection_string("a SharedAccessSignature that is no shared access signature")
            })?),
            _ => url_sas,
        };
        Ok(ConnectionString { endpoint, key, sas })
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
        let pairs = text.trim_end_matches(';').split(';').map(|piece| {
            let (key, value) =
                piece.split_once('=').ok_or_else(|| refuse_connection_string("a piece without \"=\""))?;
            Ok((key.to_ascii_lowercase(), value))
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
