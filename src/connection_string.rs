//! Connection strings: "Configure Azure Storage connection strings".

use crate::credential::{Credential, SasToken, SharedKey, connection_string_in, unescape, unquoted};
use crate::endpoint::{EMULATOR_ACCOUNT, Endpoint, PUBLIC_CLOUD};
use crate::error::{Error, Result};
use crate::limits::{self, quoted};
use crate::text::{before, contains, contains_any, fill, pieces, split_once, trim, trim_end};

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

/// The key of the emulator's account, the same on every machine and no secret.
const EMULATOR_KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

impl ConnectionString {
    /// Reads a connection string: "Configure Azure Storage connection strings".
    pub fn parse(text: &str) -> Result<Self> {
        let text = plain(text)?;
        let settings = Settings::parse(&text)?;
        if let Some(emulator) = emulator(&settings)? {
            return Ok(emulator);
        }
        if settings.get("DefaultEndpointsProtocol").is_some_and(|protocol| !is_protocol(protocol)) {
            return Err(refuse("a DefaultEndpointsProtocol that is neither http nor https"));
        }
        let name = settings.get("AccountName");
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
        let source = if settings.get("QueueEndpoint").is_some() { "QueueEndpoint" } else { "EndpointSuffix" };
        let (mut endpoint, url_sas) = Endpoint::from_account_url(url).map_err(|error| in_setting(error, source))?;
        // Beside the default endpoint, in a cloud with a suffix of its own.
        let beside;
        if let (None, Some(name), Some(suffix)) = (settings.get("QueueEndpoint"), name, suffix) {
            beside = fill("{}-secondary.queue.{}", &[name, suffix]);
            secondary = Some(&beside);
        }
        if let Some(secondary) = secondary {
            let set = endpoint.set_secondary(secondary);
            set.map_err(|error| in_setting(error, "QueueSecondaryEndpoint"))?;
            endpoint.has_secondary = settings.get("QueueSecondaryEndpoint").is_some();
        }
        if let Some(name) = name {
            endpoint.name_account(name);
            endpoint.check_path().map_err(|error| in_setting(error, "QueueEndpoint"))?;
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

/// The text without what copying did to it, where it is a connection string.
fn plain(text: &str) -> Result<String> {
    let mut text = unquoted(text).to_owned();
    const URL: &str =
        "a connection string; from_queue_url takes the URL of a queue, and the constructors that of an account";
    const TOKEN: &str =
        "a connection string; the constructors take a shared access signature beside the URL of the account";
    let what = match connection_string_in(&text) {
        None if text.is_empty() => Some(("an empty text", ALLOWED)),
        None if starts_with_scheme(&text) => Some(("a URL", URL)),
        None if contains(&text, "sig=") && !contains_any(&text, b";") => {
            Some(("a shared access signature alone", TOKEN))
        }
        None if !contains_any(&text, b"=") => Some(("text without any pair", ALLOWED)),
        Some(what) if !contains_any(trim_end(&text, "="), b"=") => Some((what, ALLOWED)),
        _ => None,
    };
    if let Some((given, allowed)) = what {
        return Err(Error::value("connection_string", given, allowed));
    }
    unescape(&mut text);
    Ok(text)
}

fn starts_with_scheme(text: &str) -> bool {
    let scheme = before(text, "://");
    scheme.len() < text.len() && is_protocol(scheme)
}

fn is_protocol(text: &str) -> bool {
    text.eq_ignore_ascii_case("http") || text.eq_ignore_ascii_case("https")
}

/// The emulator that `UseDevelopmentStorage=true` stands for, on this machine or at the host of
/// `DevelopmentStorageProxyUri`. Its port is always 10001, as in the .NET client.
fn emulator(settings: &Settings<'_>) -> Result<Option<ConnectionString>> {
    const SWITCH: &str = "UseDevelopmentStorage";
    const PROXY: &str = "DevelopmentStorageProxyUri";
    match settings.get(SWITCH) {
        Some(value) if value.eq_ignore_ascii_case("true") => {}
        Some(value) if value.eq_ignore_ascii_case("false") => return Ok(None),
        Some(_) => return Err(refuse("a UseDevelopmentStorage that is neither true nor false")),
        None if settings.get(PROXY).is_some() => {
            return Err(refuse("DevelopmentStorageProxyUri without UseDevelopmentStorage=true"));
        }
        None => return Ok(None),
    }
    let proxy = trim_end(settings.get(PROXY).unwrap_or("http://127.0.0.1"), "/");
    let (scheme, host) = split_once(proxy, "://").unwrap_or(("http", proxy));
    let host = host.strip_suffix(":10001").unwrap_or(host);
    let has_port = contains_any(host, b":") && !host.ends_with(']');
    if has_port || contains_any(host, b"/?#") {
        return Err(refuse(
            "a DevelopmentStorageProxyUri with a port or a path: use QueueEndpoint, AccountName and AccountKey for that",
        ));
    }
    let url = fill("{}://{}:10001/{}", &[scheme, host, EMULATOR_ACCOUNT]);
    let secondary = fill("{}-secondary", &[&url]);
    let allowed = [
        ("AccountName", EMULATOR_ACCOUNT),
        ("AccountKey", EMULATOR_KEY),
        ("QueueEndpoint", &url),
        ("QueueSecondaryEndpoint", &secondary),
        ("EndpointSuffix", ""),
        ("SharedAccessSignature", ""),
    ];
    for (name, value) in allowed {
        if settings.get(name).is_some_and(|other| trim_end(other, "/") != value) {
            return Err(refuse(&fill("UseDevelopmentStorage=true together with {}, which says otherwise", &[name])));
        }
    }
    let (endpoint, url_sas) = Endpoint::from_account_url(&url).map_err(|error| in_setting(error, PROXY))?;
    let key = Some(SharedKey::new(EMULATOR_ACCOUNT, EMULATOR_KEY)?);
    Ok(Some(ConnectionString { endpoint, key, sas: None, url_sas }))
}

/// The refusal of a URL, as one of the connection string that has it.
fn in_setting(error: Error, setting: &str) -> Error {
    match error.refusal() {
        Some(refusal) => {
            let allowed = fill("one whose {} is {}", &[setting, &refusal.allowed]);
            Error::value("connection_string", fill("{} with {}", &[setting, &refusal.given]), &allowed)
        }
        None => error,
    }
}

const ALLOWED: &str = "\"Key=Value\" pairs joined by \";\" that tell the account: UseDevelopmentStorage=true, or \
    AccountName or QueueEndpoint with AccountKey or SharedAccessSignature";

fn refuse(given: &str) -> Error {
    Error::value("connection_string", given, ALLOWED)
}

/// Every setting of a connection string but the endpoints of other services, which are ignored.
const SETTINGS: [&str; 9] = [
    "UseDevelopmentStorage",
    "DevelopmentStorageProxyUri",
    "DefaultEndpointsProtocol",
    "AccountName",
    "AccountKey",
    "EndpointSuffix",
    "QueueEndpoint",
    "QueueSecondaryEndpoint",
    "SharedAccessSignature",
];

/// Refuses a misspelt setting, which would be ignored. Other settings belong to other services and clients.
fn check_name(given: &str) -> Result<()> {
    let name = given.to_ascii_lowercase();
    let distance = |setting: &str| edit_distance(name.as_bytes(), setting.to_ascii_lowercase().as_bytes());
    match SETTINGS.iter().min_by_key(|setting| distance(setting)).filter(|setting| (1..=2).contains(&distance(setting)))
    {
        None => Ok(()),
        Some(setting) => {
            let allowed = fill("spelt right: the setting is called {}", &[setting]);
            Err(Error::value("connection_string", fill("the unknown setting {}", &[&quoted(given)]), &allowed))
        }
    }
}

/// Refuses a value in which the next pair stands, since something other than ";" is between them.
fn check_value(name: &str, value: &str) -> Result<()> {
    let value = value.to_ascii_lowercase();
    match SETTINGS.iter().find(|setting| contains(&value, &fill("{}=", &[&setting.to_ascii_lowercase()]))) {
        None => Ok(()),
        Some(next) => {
            let given = fill("{} in the value of {}", &[next, &quoted(name)]);
            Err(Error::value("connection_string", given, "\"Key=Value\" pairs joined by \";\""))
        }
    }
}

/// How many bytes have to be added, taken away or replaced to make one name of the other (Levenshtein).
fn edit_distance(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, byte) in one.iter().enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        for (place, above) in row.iter_mut().enumerate() {
            let cost = match place.checked_sub(1).and_then(|before| other.get(before)) {
                None => left,
                Some(same) if same == byte => diagonal,
                Some(_) => 1 + diagonal.min(left).min(*above),
            };
            diagonal = *above;
            *above = cost;
            left = cost;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The pairs of a connection string, as text: there are few, and they are looked up once.
struct Settings<'a>(&'a str);

impl<'a> Settings<'a> {
    fn parse(text: &'a str) -> Result<Self> {
        let settings = Settings(trim_end(unquoted(text), ";"));
        // Generated strings have an empty piece where a value is missing.
        for piece in pieces(settings.0, b";").map(trim).filter(|piece| !piece.is_empty()) {
            let Some((name, value)) = split_once(piece, "=") else {
                return Err(refuse("a piece without \"=\""));
            };
            check_name(trim(name))?;
            check_value(trim(name), trim(value))?;
            if settings.first(name) != Some(trim(value)) {
                return Err(refuse(&fill("{} twice, with different values", &[&quoted(trim(name))])));
            }
        }
        Ok(settings)
    }

    /// The value of a key, in whatever case it is written. An empty value is none.
    fn get(&self, key: &str) -> Option<&'a str> {
        self.first(key).filter(|value| !value.is_empty())
    }

    fn first(&self, key: &str) -> Option<&'a str> {
        for piece in pieces(self.0, b";") {
            match split_once(piece, "=") {
                Some((name, value)) if trim(name).eq_ignore_ascii_case(trim(key)) => return Some(trim(value)),
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::edit_distance;

    #[test]
    fn distances_between_names() {
        for (one, other, distance) in [
            ("", "", 0),
            ("a", "", 1),
            ("", "ab", 2),
            ("kitten", "sitting", 3),
            ("acountkey", "accountkey", 1),
            ("ab", "ba", 2),
        ] {
            assert_eq!(edit_distance(one.as_bytes(), other.as_bytes()), distance, "{one} {other}");
        }
    }
}
