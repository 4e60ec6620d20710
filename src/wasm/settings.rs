//! Nested arguments: service properties and stored access policies.

use crate::error::{Error, Result};
use crate::limits;
use crate::operations::properties::{
    ANALYTICS_VERSION, AnalyticsLogging, CorsRule, Metrics, RetentionPolicy, ServiceProperties,
};
use crate::operations::queue::AccessPolicy;

use super::input::Input;

/// Stands before the fields of a part that is there.
const PRESENT: usize = 1;

/// Service properties; a part that is missing stays as it is.
pub fn properties(input: &mut Input) -> Result<ServiceProperties> {
    Ok(ServiceProperties {
        analytics_logging: if input.kind() == PRESENT { Some(logging(input)?) } else { None },
        hour_metrics: metrics(input, "hour_metrics")?,
        minute_metrics: metrics(input, "minute_metrics")?,
        cors: cors(input)?,
    })
}

/// Stored access policies and their ids.
pub fn policies(input: &mut Input) -> Result<Vec<(String, AccessPolicy)>> {
    const ALLOWED: &str = "an object of access policies by their ids";
    let count = input.list("signed_identifiers", ALLOWED)?;
    let count = count.ok_or_else(|| Error::of_type("signed_identifiers", "undefined", ALLOWED))?;
    let mut policies = Vec::new();
    for _ in 0..count {
        let id = input.or_empty("signed_identifiers")?;
        let start = input.moment("signed_identifiers.start")?;
        let expiry = input.moment("signed_identifiers.expiry")?;
        let permission = input.or_empty("signed_identifiers.permission")?.to_owned();
        policies.push((id.to_owned(), AccessPolicy { start, expiry, permission }));
    }
    Ok(policies)
}

fn logging(input: &mut Input) -> Result<AnalyticsLogging> {
    let version = input.text("analytics_logging.version")?.unwrap_or(ANALYTICS_VERSION);
    let delete = input.flag("analytics_logging.delete")?.unwrap_or_default();
    let read = input.flag("analytics_logging.read")?.unwrap_or_default();
    let write = input.flag("analytics_logging.write")?.unwrap_or_default();
    let retention_policy = retention(input, "analytics_logging")?;
    Ok(AnalyticsLogging { version: version.to_owned(), delete, read, write, retention_policy })
}

fn metrics(input: &mut Input, name: &str) -> Result<Option<Metrics>> {
    if input.kind() != PRESENT {
        return Ok(None);
    }
    let field = |field: &str| [name, field].concat();
    let version = input.text(&field(".version"))?.unwrap_or(ANALYTICS_VERSION);
    let enabled = input.flag(&field(".enabled"))?.unwrap_or_default();
    let include_apis = input.flag(&field(".include_apis"))?;
    let retention_policy = retention(input, name)?;
    Ok(Some(Metrics { version: version.to_owned(), enabled, include_apis, retention_policy }))
}

fn retention(input: &mut Input, part: &str) -> Result<RetentionPolicy> {
    let field = |field: &str| [part, ".retention_policy", field].concat();
    let days = input.integer(&limits::RETENTION_DAYS);
    let days = days.map_err(|error| error.about(&field(".days")))?;
    Ok(RetentionPolicy { days, enabled: input.flag(&field(".enabled"))?.unwrap_or_default() })
}

fn cors(input: &mut Input) -> Result<Option<Vec<CorsRule>>> {
    let Some(count) = input.list("cors", "an array of rules")? else { return Ok(None) };
    let mut rules = Vec::new();
    for _ in 0..count {
        rules.push(CorsRule {
            allowed_origins: input.texts("cors.allowed_origins")?,
            allowed_methods: input.texts("cors.allowed_methods")?,
            allowed_headers: input.texts("cors.allowed_headers")?,
            exposed_headers: input.texts("cors.exposed_headers")?,
            max_age_in_seconds: input.integer(&limits::CORS_MAX_AGE)?.unwrap_or_default(),
        });
    }
    Ok(Some(rules))
}
