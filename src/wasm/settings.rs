//! Nested values: service properties and stored access policies. `js/` has refused
//! properties that do not exist.

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use crate::error::{Error, Result};
use crate::limits;
use crate::operations::queue::AccessPolicy;
use crate::operations::service::{
    ANALYTICS_VERSION, AnalyticsLogging, CorsRule, Metrics, RetentionPolicy, ServiceProperties,
};

use super::values_in::{described, flag, integer, moment, plain_object, property, required_text, text, texts};

/// Service properties; a part that is `undefined` stays as it is.
pub fn read(value: &JsValue) -> Result<ServiceProperties> {
    let part = |name: &str| property(value, "properties", name);
    let cors = part("cors")?;
    Ok(ServiceProperties {
        analytics_logging: part("analyticsLogging").and_then(|logging| optional(&logging, read_logging))?,
        hour_metrics: part("hourMetrics")
            .and_then(|metrics| optional(&metrics, |value| read_metrics("hour_metrics", value)))?,
        minute_metrics: part("minuteMetrics")
            .and_then(|metrics| optional(&metrics, |value| read_metrics("minute_metrics", value)))?,
        cors: optional(&cors, read_cors)?,
    })
}

/// Stored access policies by their ids.
pub fn read_policies(value: &JsValue) -> Result<Vec<(String, AccessPolicy)>> {
    let object = plain_object("signed_identifiers", value, "an object of access policies by their ids")?;
    let mut policies = Vec::new();
    for id in Object::keys(object).iter() {
        let id = required_text("signed_identifiers", &id)?;
        let policy = property(object, "signed_identifiers", &id)?;
        let policy = plain_object("signed_identifiers", &policy, "an object of access policies by their ids")?;
        let field = |name: &str| property(policy, "signed_identifiers", name);
        let read = AccessPolicy {
            start: moment("signed_identifiers.start", &field("start")?)?,
            expiry: moment("signed_identifiers.expiry", &field("expiry")?)?,
            permission: text("signed_identifiers.permission", &field("permission")?)?.unwrap_or_default(),
        };
        policies.push((id, read));
    }
    Ok(policies)
}

fn optional<T>(value: &JsValue, read: impl Fn(&JsValue) -> Result<T>) -> Result<Option<T>> {
    if value.is_undefined() { Ok(None) } else { read(value).map(Some) }
}

fn read_logging(value: &JsValue) -> Result<AnalyticsLogging> {
    let object = plain_object("analytics_logging", value, "an object")?;
    let field = |name: &str| property(object, "analytics_logging", name);
    Ok(AnalyticsLogging {
        version: version("analytics_logging.version", &field("version")?)?,
        delete: flag("analytics_logging.delete", &field("delete")?)?.unwrap_or_default(),
        read: flag("analytics_logging.read", &field("read")?)?.unwrap_or_default(),
        write: flag("analytics_logging.write", &field("write")?)?.unwrap_or_default(),
        retention_policy: read_retention("analytics_logging.retention_policy", &field("retentionPolicy")?)?,
    })
}

fn read_metrics(argument: &str, value: &JsValue) -> Result<Metrics> {
    let object = plain_object(argument, value, "an object")?;
    let field = |name: &str| property(object, argument, name);
    Ok(Metrics {
        version: version(&format!("{argument}.version"), &field("version")?)?,
        enabled: flag(&format!("{argument}.enabled"), &field("enabled")?)?.unwrap_or_default(),
        include_apis: flag(&format!("{argument}.include_apis"), &field("includeApis")?)?,
        retention_policy: read_retention(&format!("{argument}.retention_policy"), &field("retentionPolicy")?)?,
    })
}

fn version(argument: &str, value: &JsValue) -> Result<String> {
    Ok(text(argument, value)?.unwrap_or_else(|| ANALYTICS_VERSION.to_owned()))
}

fn read_retention(argument: &str, value: &JsValue) -> Result<RetentionPolicy> {
    if value.is_undefined() {
        return Ok(RetentionPolicy::default());
    }
    let object = plain_object(argument, value, "an object such as { enabled: true, days: 7 }")?;
    let field = |name: &str| property(object, argument, name);
    let days = integer(&limits::RETENTION_DAYS, &field("days")?);
    Ok(RetentionPolicy {
        enabled: flag(&format!("{argument}.enabled"), &field("enabled")?)?.unwrap_or_default(),
        days: days.map_err(|error| error.about(&format!("{argument}.days")))?,
    })
}

fn read_cors(value: &JsValue) -> Result<Vec<CorsRule>> {
    if !Array::is_array(value) {
        return Err(Error::of_type("cors", described(value), "an array of rules"));
    }
    Array::from(value).iter().map(|rule| read_cors_rule(&rule)).collect()
}

fn read_cors_rule(value: &JsValue) -> Result<CorsRule> {
    let object = plain_object("cors", value, "an array of rules")?;
    let field = |name: &str| property(object, "cors", name);
    Ok(CorsRule {
        allowed_origins: texts("cors.allowed_origins", &field("allowedOrigins")?)?.unwrap_or_default(),
        allowed_methods: texts("cors.allowed_methods", &field("allowedMethods")?)?.unwrap_or_default(),
        allowed_headers: texts("cors.allowed_headers", &field("allowedHeaders")?)?.unwrap_or_default(),
        exposed_headers: texts("cors.exposed_headers", &field("exposedHeaders")?)?.unwrap_or_default(),
        max_age_in_seconds: integer(&limits::CORS_MAX_AGE, &field("maxAgeInSeconds")?)?.unwrap_or_default(),
    })
}
