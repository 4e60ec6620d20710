//! Where the account is: account URLs and queue URLs.

use crate::credential::{SasToken, unquoted};
use crate::error::{Error, Result};
use crate::http::Location;
use crate::limits::Quoted;
use crate::percent::percent_decode;

/// Where accounts are that no other cloud is named for.
pub const PUBLIC_CLOUD: &str = "core.windows.net";

/// The two endpoints of an account and what their address tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// `https` or `http`.
    pub scheme: &'static str,
    /// Host, port and, for path-style addresses, the path below which the account lies.
    pub primary: String,
    /// The same of the read-only copy, where one is known.
    pub secondary: Option<String>,
    /// The account's name, where the address tells it.
    pub account_name: Option<String>,
    /// Whether the account's name stands in the path (emulator) and not in the host.
    path_style: bool,
}

/// The parts of a URL that a client can use.
struct Address<'a> {
    scheme: &'static str,
    host: &'a str,
    path: &'a str,
    sas: Option<SasToken>,
}

impl Endpoint {
    /// Reads an account URL, and the SAS in it.
    pub fn from_account_url(url: &str) -> Result<(Self, Option<SasToken>)> {
        let address = Address::parse("account_url", url)?;
        let endpoint = Endpoint::new(address.scheme, address.host, address.path);
        Ok((endpoint, address.sas))
    }

    /// Reads a queue URL: its last path segment is the queue.
    pub fn from_queue_url(url: &str) -> Result<(Self, String, Option<SasToken>)> {
        let address = Address::parse("queue_url", url)?;
        let (account, queue) = address.path.rsplit_once('/').unwrap_or(("", address.path));
        let queue = percent_decode(queue).filter(|queue| !queue.is_empty());
        let endpoint = Endpoint::new(address.scheme, address.host, account);
        match queue {
            // The account of a path-style address is not a queue.
            Some(queue) if !endpoint.path_style || !account.is_empty() => Ok((endpoint, queue, address.sas)),
            _ => Err(Error::value("queue_url", "no queue name", "the full URL of a queue")),
        }
    }

    fn new(scheme: &'static str, host: &str, path: &str) -> Self {
        let host = &host.to_ascii_lowercase();
        let path_style = is_path_style(host);
        if let Some((label, domain)) = host.split_once(".queue.core.").filter(|_| !path_style) {
            let (account, suffix) = split_account_label(label);
            let secondary = match suffix {
                own if own.starts_with("-secondary") => host.to_owned(),
                dual => format!("{account}-secondary{dual}.queue.core.{domain}"),
            };
            let account_name = Some(account.to_owned());
            return Endpoint { scheme, primary: host.to_owned(), secondary: Some(secondary), account_name, path_style };
        }
        let account = path.trim_start_matches('/');
        let account = account.strip_suffix("-secondary").unwrap_or(account);
        let account_name = (path_style && !account.is_empty()).then(|| account.to_owned());
        Endpoint { scheme, primary: format!("{host}{path}"), secondary: None, account_name, path_style }
    }

    /// Takes the account's name from elsewhere, for a host that does not tell it.
    pub fn with_account_name(mut self, account_name: &str) -> Self {
        self.account_name.get_or_insert_with(|| account_name.to_owned());
        self
    }

    /// Takes the secondary endpoint to be in a cloud, behind a custom domain that hides it. A
    /// path-style address is an emulator, which has no counterpart in the cloud.
    pub fn with_cloud_secondary(mut self, account_name: &str, cloud: &str) -> Self {
        if self.secondary.is_none() && !self.path_style && !self.primary.contains('/') {
            self.secondary = Some(format!("{account_name}-secondary.queue.{cloud}"));
        }
        self
    }

    /// Takes the secondary endpoint from the caller: a host, with or without scheme.
    pub fn with_secondary(mut self, hostname: &str) -> Result<Self> {
        let address = Address::parse("secondary_hostname", hostname)?;
        let path = match &self.account_name {
            Some(account) if self.path_style && address.path.is_empty() => format!("/{account}-secondary"),
            _ => address.path.to_owned(),
        };
        self.secondary = Some(format!("{}{path}", address.host));
        Ok(self)
    }

    /// Host and path of an endpoint.
    pub fn host(&self, location: Location) -> Result<&str> {
        match location {
            Location::Primary => Ok(&self.primary),
            Location::Secondary => self.secondary.as_deref().ok_or_else(|| {
                Error::value("secondary_hostname", "none", "given, for this account has no secondary endpoint")
            }),
        }
    }

    /// The URL of a resource, its path beginning with a slash.
    pub fn url(&self, location: Location, path: &str) -> Result<String> {
        Ok(format!("{}://{}{path}", self.scheme, self.host(location)?))
    }
}

impl<'a> Address<'a> {
    fn parse(argument: &'static str, url: &'a str) -> Result<Self> {
        let url = unquoted(url);
        let refuse =
            |given: &str| Error::value(argument, given, "a URL such as https://myaccount.queue.core.windows.net");
        let (scheme, rest) = match url.split_once("://") {
            None => ("https", url),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
            Some(_) => return Err(refuse("another scheme than https and http")),
        };
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = place.find('/').and_then(|slash| place.split_at_checked(slash)).unwrap_or((place, ""));
        if host.contains('@') {
            return Err(refuse("a user name or password before the host"));
        }
        if let Some(character) = path.chars().find(|c| !c.is_ascii_graphic() || "\"<>\\^`{|}&;=".contains(*c)) {
            return Err(refuse(&format!("a path with U+{:04X}", u32::from(character))));
        }
        let port = host.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.ends_with(']'));
        if port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return Err(refuse("a port that is none"));
        }
        let hostname = host.strip_prefix('[').map_or_else(|| host.split(':').next(), |v6| v6.split(']').next());
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        // A token in the place of the URL has labels that are longer.
        let too_long = host.split('.').any(|label| label.len() > 63);
        if hostname.is_none_or(str::is_empty) || too_long || !host.bytes().all(legal) {
            // A key has slashes too, and only the whole of it is known for one.
            return Err(refuse(&format!("the host {}", Quoted(place))));
        }
        if let Some(service) = [".blob.", ".file.", ".table.", ".dfs."].into_iter().find(|name| host.contains(name)) {
            let service = service.trim_matches('.');
            return Err(refuse(&format!(
                "a URL of the {service} service, and the host of this one has \"queue\" there"
            )));
        }
        if !url.contains("://") && !host.contains(['.', ':']) && host != "localhost" {
            return Err(refuse("a text that is no host"));
        }
        Ok(Address { scheme, host, path: path.trim_end_matches('/'), sas: SasToken::from_url_query(query) })
    }
}

/// Splits `name-secondary`, `name-ipv6`, `name-dualstack` and `name-secondary-dualstack`.
fn split_account_label(label: &str) -> (&str, &str) {
    let without = |label: &'_ str, suffixes: &[&str]| {
        suffixes.iter().find_map(|suffix| label.strip_suffix(suffix)).map_or(label.len(), str::len)
    };
    let end = without(label, &["-ipv6", "-dualstack"]);
    let end = without(label.get(..end).unwrap_or(label), &["-secondary"]);
    label.split_at_checked(end).unwrap_or((label, ""))
}

/// Emulators and bare addresses carry the account's name in the path.
fn is_path_style(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
        _ => (host, ""),
    };
    let ipv4 = name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    let emulator_port = ["100", "101", "110", "111"]
        .iter()
        .any(|hundred| port.strip_prefix(hundred).is_some_and(|unit| matches!(unit, "00" | "01" | "02" | "03" | "04")));
    ipv4 || emulator_port || name.starts_with('[') || ["localhost", "host.docker.internal"].contains(&name)
}
