//! What the service wants when it refuses a token: the `WWW-Authenticate` header of a 401.

use crate::text::{all, pieces, split_once, trim, trim_end, trim_start};

/// A challenge of the scheme `Bearer`.
#[derive(Debug, PartialEq)]
pub(super) struct Challenge<'a> {
    pub tenant_id: &'a str,
    pub resource_id: &'a str,
}

impl<'a> Challenge<'a> {
    /// Reads `Bearer authorization_uri=… resource_id=…`, its parts separated by commas or
    /// blanks, with or without quotes. `None` when one of the two is missing.
    pub fn parse(header: &'a str) -> Option<Self> {
        let (scheme, parameters) = split_once(trim(header), " ")?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let parameter = |name: &str| {
            let value = pieces(parameters, b", ").find_map(|pair| pair.strip_prefix(name)?.strip_prefix("="));
            value.map(|value| trim_start(trim_end(value, "\""), "\"")).filter(|value| !value.is_empty())
        };
        let (_, authority) = split_once(parameter("authorization_uri")?, "://")?;
        let tenant_id = pieces(authority, b"/?").nth(1).filter(|tenant| is_tenant(tenant))?;
        Some(Challenge { tenant_id, resource_id: parameter("resource_id")? })
    }
}

/// A GUID or a domain; it becomes a part of other URLs.
fn is_tenant(tenant: &str) -> bool {
    tenant.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && all(tenant, |byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_challenge_for_a_token() {
        for header in [
            "",
            "Bearer",
            "Basic realm=x",
            "Bearer authorization_uri=https://login.example/t resource_id=",
            "Bearer authorization_uri=https://login.example resource_id=https://r",
            "Bearer authorization_uri=https://login.example/ resource_id=https://r",
            "Bearer authorization_uri=t resource_id=https://r",
            "Bearer authorization_uri=https://login.example/../x resource_id=https://r",
            "Bearer authorization_uri=https://login.example/%2e%2e resource_id=https://r",
            "Basic authorization_uri=https://login.example/t resource_id=https://r",
        ] {
            assert_eq!(Challenge::parse(header), None, "{header}");
        }
        let header = "bearer  resource_id=\"https://r\",authorization_uri=\"https://login.example/t?x\", error=\"e\"";
        assert_eq!(Challenge::parse(header), Some(Challenge { tenant_id: "t", resource_id: "https://r" }));
    }
}
