//! Where the account is: account URLs and queue URLs.

use crate::credential::{SasToken, connection_string_in, unquoted};
use crate::error::{Error, Result};
use crate::http::Location;
use crate::limits::{Quoted, code_point, quoted};
use crate::percent::percent_decode;
use crate::text::{
    all, before, contains, contains_any, fill, is_ipv4, number, pieces, split_last, split_once, trim_end,
};

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
    /// Whether the secondary endpoint was named, and not taken to be where it usually is:
    /// most accounts have none.
    pub has_secondary: bool,
    /// Whether the account's name stands in the path (emulator) and not in the host.
    path_style: bool,
}

/// Where the path of an address begins.
#[derive(Clone, Copy, PartialEq)]
enum PathStyle {
    /// The host belongs to the queue service and has the account's name: the path is a queue.
    Queue,
    /// An emulator or a bare address: the path is the account's name, then a queue.
    Account,
    /// Another host, such as a gateway: a path of its own may come first.
    Any,
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
        if path_style(address.host) == PathStyle::Queue && !address.path.is_empty() {
            return Err(no_path("account_url", address.path));
        }
        let endpoint = Endpoint::new(address.scheme, address.host, address.path);
        Ok((endpoint, address.sas))
    }

    /// Reads a queue URL, and the SAS in it. The last path segment is the queue. The URL to which
    /// messages are posted, which ends in `/messages`, stands for its queue.
    pub fn from_queue_url(url: &str) -> Result<(Self, String, Option<SasToken>)> {
        let address = Address::parse("queue_url", url)?;
        let style = path_style(address.host);
        let before_queue = usize::from(style == PathStyle::Account);
        let mut path = address.path;
        match (address.segments().count().checked_sub(before_queue), style) {
            (None | Some(0), _) => {
                let given = if before_queue == 0 { "no queue name" } else { NO_QUEUE_BEHIND_ACCOUNT };
                return Err(Error::value("queue_url", given, "the full URL of a queue"));
            }
            (Some(1), _) => {}
            (Some(2), PathStyle::Queue | PathStyle::Account) if path.ends_with("/messages") => {
                path = trim_end(path.strip_suffix("/messages").unwrap_or(path), "/");
            }
            // A gateway may have a path of its own, and a queue the name "messages".
            (_, PathStyle::Any) if !path.ends_with("/messages") => {}
            (_, PathStyle::Account) if !path.ends_with("/messages") && !is_emulator_port(address.host) => {}
            _ => {
                const ALLOWED: &str = "the full URL of a queue, which ends in its name";
                return Err(Error::value("queue_url", address.quoted_path(), ALLOWED));
            }
        }
        let (account, queue) = split_last(path, b'/').unwrap_or(("", path));
        let Some(queue) = percent_decode(queue) else {
            return Err(Error::value("queue_url", address.quoted_path(), "a URL in percent-encoded UTF-8"));
        };
        let endpoint = Endpoint::new(address.scheme, address.host, trim_end(account, "/"));
        Ok((endpoint, queue, address.sas))
    }

    fn new(scheme: &'static str, host: &str, path: &str) -> Self {
        let mut primary = host.to_ascii_lowercase();
        // An emulator may have any name in a network of containers.
        let is_emulator = path.strip_suffix("-secondary").unwrap_or(path).strip_prefix('/') == Some(EMULATOR_ACCOUNT);
        let path_style = path_style(&primary) == PathStyle::Account || is_emulator;
        let (mut secondary, mut account_name) = (None, None);
        if let Some((label, domain)) = split_once(&primary, ".queue.").filter(|_| !path_style) {
            // Between the account's name and the service there may be a zone, such as `privatelink`.
            let (label, zone) = label.split_at(before(label, ".").len());
            let (account, suffix) = split_account_label(label);
            let is_cloud = domain.starts_with("core.");
            if is_cloud {
                secondary = Some(if suffix.starts_with("-secondary") {
                    primary.clone()
                } else {
                    fill("{}-secondary{}{}.queue.{}", &[account, suffix, zone, domain])
                });
            }
            // Elsewhere the first label need not be the account's name.
            if is_cloud || domain.starts_with("localhost") {
                account_name = Some(account.to_owned());
            }
        } else {
            let path = path.strip_suffix("-secondary").unwrap_or(path);
            // A proxy in front of an emulator may have a path of its own.
            let account = split_last(path, b'/').map_or("", |(_, account)| account);
            if path_style && !account.is_empty() {
                account_name = Some(account.to_owned());
                // Azurite has a copy of each account; other hosts need not.
                if is_emulator_port(&primary) || account == EMULATOR_ACCOUNT {
                    secondary = Some(fill("{}{}-secondary", &[&primary, path]));
                }
            }
            primary.push_str(path);
        }
        Endpoint { scheme, primary, secondary, account_name, has_secondary: false, path_style }
    }

    /// Takes the account's name from the credential or the connection string, unless the host has it. The
    /// path of a gateway need not be the name.
    pub fn name_account(&mut self, account_name: &str) {
        if self.path_style || self.account_name.is_none() {
            self.account_name = Some(account_name.to_owned());
        }
    }

    /// Refuses a path behind the account's name: the URL of a queue in the place of that of an account.
    /// An emulator has the account first; where the account is named apart, it tells the two apart.
    pub(crate) fn check_path(&self) -> Result<()> {
        let (host, path) = split_once(&self.primary, "/").unwrap_or((&self.primary, ""));
        let name = self.account_name.as_deref().unwrap_or_default();
        let begins_with_account = before(path, "/") == name || before(path, "/") == EMULATOR_ACCOUNT;
        let is_guess = path.ends_with(name) && is_emulator_port(host);
        if self.path_style && contains_any(path, b"/") && (begins_with_account || is_guess) {
            return Err(no_path("account_url", &fill("/{}", &[path])));
        }
        Ok(())
    }

    /// Takes the secondary endpoint to be in a cloud, behind a custom domain that hides it. A
    /// path-style address is an emulator, which has no counterpart in the cloud.
    /// A host of another queue service, such as Azure Stack, has none there either.
    pub fn find_secondary(&mut self, account_name: &str, cloud: &str) {
        let is_custom = !self.path_style && !contains(&self.primary, ".queue.");
        if self.secondary.is_none() && is_custom && !contains_any(&self.primary, b"/") {
            self.secondary = Some(fill("{}-secondary.queue.{}", &[account_name, cloud]));
        }
    }

    /// Takes the secondary endpoint from the caller: a host, with or without scheme.
    pub fn set_secondary(&mut self, hostname: &str) -> Result<()> {
        let address = Address::parse("secondary_hostname", hostname)?;
        if contains_any(hostname, b"?") {
            let given = "a host with a query";
            return Err(Error::value(
                "secondary_hostname",
                given,
                "a host; the credential of the client goes there too",
            ));
        }
        let most = match path_style(address.host) {
            PathStyle::Queue => 0,
            PathStyle::Account if is_emulator_port(address.host) => 1,
            PathStyle::Account | PathStyle::Any => usize::MAX,
        };
        if address.segments().count() > most {
            return Err(no_path("secondary_hostname", address.path));
        }
        if contains(hostname, "://") && address.scheme != self.scheme {
            let allowed = fill("a host with the scheme of the account URL, {}", &[self.scheme]);
            return Err(Error::value("secondary_hostname", Quoted(address.scheme), &allowed));
        }
        let place = match &self.account_name {
            Some(account) if self.path_style && address.path.is_empty() => {
                fill("{}/{}-secondary", &[address.host, account])
            }
            _ => fill("{}{}", &[address.host, address.path]),
        };
        self.secondary = Some(place);
        self.has_secondary = true;
        Ok(())
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

    /// Whether the address is one of an emulator: production has the account's name in the host.
    pub fn is_emulator(&self) -> bool {
        self.path_style
    }

    /// Why Azurite finds no account in this address, although the address names one; `None` where it
    /// finds one.
    pub(crate) fn explain_missing_account(&self, location: Location) -> Option<String> {
        let place = self.host(location).unwrap_or_default();
        let (host, path) = split_once(place, "/").unwrap_or((place, ""));
        let name = before(host, ":");
        let label = before(name, ".");
        if path.is_empty() && self.path_style {
            const WORDS: &str = "The URL has no account, which an emulator expects in the path: the default of \
                Azurite is {}://{}/devstoreaccount1.";
            return Some(fill(WORDS, &[self.scheme, host]));
        }
        if !path.is_empty() && label.len() < name.len() && !is_ipv4(name) && name != "host.docker.internal" {
            const WORDS: &str = "Azurite takes {}, the first label of a host name with dots, for the account: start \
                it with --disableProductStyleUrl, or use an IP address or a host name without dots.";
            return Some(fill(WORDS, &[&quoted(label)]));
        }
        None
    }

    /// The URL of a resource, its path beginning with a slash.
    pub fn url(&self, location: Location, path: &str) -> Result<String> {
        let mut url = String::with_capacity(512);
        for part in [self.scheme, "://", self.host(location)?, path] {
            url.push_str(part);
        }
        Ok(url)
    }
}

/// The account of every emulator.
pub(crate) const EMULATOR_ACCOUNT: &str = "devstoreaccount1";

fn no_path(argument: &'static str, path: &str) -> Error {
    const ALLOWED: &str = "the URL of an account, without a queue; from_queue_url takes the URL of a queue";
    Error::value(argument, fill("the path {}", &[&quoted(path)]), ALLOWED)
}

const NO_QUEUE_BEHIND_ACCOUNT: &str =
    "no queue name: at this host the path is the account's name, then the queue, such as /devstoreaccount1/orders";

/// Parameters that change what a call does. Others, such as `comp`, say which call it is.
const OF_CALLS: [&str; 5] = ["messagettl", "visibilitytimeout", "numofmessages", "peekonly", "popreceipt"];

impl<'a> Address<'a> {
    /// The segments of the path; empty ones do not count.
    fn segments(&self) -> impl Iterator<Item = &'a str> {
        pieces(self.path, b"/").filter(|segment| !segment.is_empty())
    }

    fn quoted_path(&self) -> String {
        fill("the path {}", &[&quoted(self.path)])
    }

    fn parse(argument: &'static str, url: &'a str) -> Result<Self> {
        let url = unquoted(url);
        let refuse = |given: &str, part: &str| {
            let given = fill(given, &[part]);
            Err(Error::value(argument, given, "a URL such as https://myaccount.queue.core.windows.net"))
        };
        if url.is_empty() {
            return refuse("an empty text", "");
        }
        if let Some(what) = connection_string_in(url) {
            const ALLOWED: &str = "a URL such as https://myaccount.queue.core.windows.net; from_connection_string takes \
                a connection string";
            return Err(Error::value(argument, what, ALLOWED));
        }
        if SasToken::parse(url).is_some() {
            return refuse("a shared access signature alone: it is the credential, or follows a URL and a \"?\"", "");
        }
        let (scheme, rest) = match split_once(url, "://") {
            None => ("https", url),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
            Some(_) => return refuse("another scheme than https and http", ""),
        };
        let (place, query) = split_once(rest, "?").unwrap_or((rest, ""));
        let (place, fragment) = split_once(place, "#").unwrap_or((place, ""));
        if !fragment.is_empty() {
            return refuse("a URL with a fragment, which begins with \"#\"", "");
        }
        let host = before(place, "/");
        let path = place.get(host.len()..).unwrap_or_default();
        if contains_any(host, b"@") {
            return refuse("a user name or password before the host", "");
        }
        if let Some(character) =
            path.chars().find(|c| !c.is_ascii_graphic() || b"\"'<>\\^`{|}&;=".contains(&(*c as u8)))
        {
            return refuse("a path with {}", &code_point(character));
        }
        let port = split_last(host, b':').map_or("0", |(_, port)| port);
        if !port.ends_with(']') && number(port).is_none_or(|port| port > 65_535) {
            return refuse("a port that is none", "");
        }
        let hostname = host.strip_prefix('[').map_or_else(|| before(host, ":"), |v6| before(v6, "]"));
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        // A token in the place of the URL has labels that are longer.
        let too_long = pieces(host, b".").any(|label| label.len() > 63);
        if hostname.is_empty() || too_long || contains(hostname, "..") || !all(host, legal) {
            // A key has slashes too, and only the whole of it is known for one.
            return refuse("the host {}", &quoted(place));
        }
        for service in ["blob", "file", "table", "dfs"] {
            if contains(&host.to_ascii_lowercase(), &fill(".{}.", &[service])) {
                return refuse("a URL of the {} service, and the host of this one has \"queue\" there", service);
            }
        }
        if !contains(url, "://") && !contains_any(host, b".:") && host != "localhost" {
            return refuse("a text that is no host", "");
        }
        for name in OF_CALLS {
            if contains(query, &fill("{}=", &[name])) {
                let given = fill("a URL with the parameter {}", &[name]);
                return Err(Error::value(argument, given, "a URL without what single calls take as an option"));
            }
        }
        let sas = SasToken::from_url_query(query).map_err(|why| {
            let given = fill("a URL with {}", &[&why]);
            Error::value(argument, given, "a URL with a whole shared access signature, or with none")
        })?;
        Ok(Address { scheme, host, path: trim_end(path, "/"), sas })
    }
}

/// Splits `name-secondary`, `name-ipv6`, `name-dualstack` and `name-secondary-dualstack`.
fn split_account_label(label: &str) -> (&str, &str) {
    let account = label.strip_suffix("-ipv6").or(label.strip_suffix("-dualstack")).unwrap_or(label);
    let account = account.strip_suffix("-secondary").unwrap_or(account);
    label.split_at_checked(account.len()).unwrap_or((label, ""))
}

/// Emulators and bare addresses carry the account's name in the path, unless the host does.
fn path_style(host: &str) -> PathStyle {
    let host = host.to_ascii_lowercase();
    if contains(&host, ".queue.") {
        return PathStyle::Queue;
    }
    let (name, port) = split_last(&host, b':').map_or((&*host, None), |(name, port)| (name, number(port)));
    let name = if port.is_none() { &host } else { name };
    let is_local = ["localhost", "host.docker.internal"].contains(&name);
    if is_emulator_port(&host) || is_ipv4(name) || name.starts_with('[') || is_local {
        PathStyle::Account
    } else {
        PathStyle::Any
    }
}

/// Whether a host has a port that Azurite and the storage emulator use.
fn is_emulator_port(host: &str) -> bool {
    let port = split_last(host, b':').and_then(|(_, port)| number(port));
    port.is_some_and(|port| [100, 101, 110, 111].contains(&(port / 100)) && port % 100 <= 4)
}
