//! The settings of the account's queue service.

use crate::credential::Rights;
use crate::error::{Error, Result};
use crate::http::{Method, Response};
use crate::limits::{self, Quoted, quoted};
use crate::text::{contains_any, decimal, fill, number, pieces, trim};
use crate::xml::{Reader, Writer};

use super::operation::{Operation, Request};

/// The settings of a queue service. A part that is `None` is left as it is when set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceProperties {
    /// Storage Analytics logs.
    pub analytics_logging: Option<AnalyticsLogging>,
    /// Metrics by the hour.
    pub hour_metrics: Option<Metrics>,
    /// Metrics by the minute.
    pub minute_metrics: Option<Metrics>,
    /// Rules for browsers; an empty list removes them.
    pub cors: Option<Vec<CorsRule>>,
}

/// The one version of Storage Analytics there is.
pub const ANALYTICS_VERSION: &str = "1.0";

/// Which requests are logged.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalyticsLogging {
    /// Version of Storage Analytics: `1.0`.
    pub version: String,
    /// Whether deletes are logged.
    pub delete: bool,
    /// Whether reads are logged.
    pub read: bool,
    /// Whether writes are logged.
    pub write: bool,
    /// How long logs are kept.
    pub retention_policy: RetentionPolicy,
}

impl Default for AnalyticsLogging {
    fn default() -> Self {
        let retention_policy = RetentionPolicy::default();
        let version = ANALYTICS_VERSION.to_owned();
        AnalyticsLogging { version, delete: false, read: false, write: false, retention_policy }
    }
}

/// What is counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Metrics {
    /// Version of Storage Analytics: `1.0`.
    pub version: String,
    /// Whether metrics are made.
    pub enabled: bool,
    /// Whether they are told apart by operation; only when enabled.
    pub include_apis: Option<bool>,
    /// How long metrics are kept.
    pub retention_policy: RetentionPolicy,
}

impl Default for Metrics {
    fn default() -> Self {
        let retention_policy = RetentionPolicy::default();
        Metrics { version: ANALYTICS_VERSION.to_owned(), enabled: false, include_apis: None, retention_policy }
    }
}

/// How long logs or metrics are kept: a number of days, or for ever.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RetentionPolicy {
    /// Whether they are removed at all.
    pub enabled: bool,
    /// After how many days, 1 to 365; required when enabled.
    pub days: Option<i64>,
}

/// What pages of other origins may do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CorsRule {
    /// Origins, or `*`.
    pub allowed_origins: Vec<String>,
    /// Methods.
    pub allowed_methods: Vec<String>,
    /// Request headers.
    pub allowed_headers: Vec<String>,
    /// Response headers.
    pub exposed_headers: Vec<String>,
    /// How long a browser may remember a preflight, in seconds.
    pub max_age_in_seconds: i64,
}

const GET_PROPERTIES: Operation = Operation {
    parameters: &[("restype", "service"), ("comp", "properties")],
    ..Operation::returning_xml(Method::Get, &[200], Rights::of("", "s", "r"))
};
const SET_PROPERTIES: Operation = Operation {
    parameters: GET_PROPERTIES.parameters,
    ..Operation::new(Method::Put, &[202], Rights::of("", "s", "w"))
};

/// [Get Queue Service Properties](https://learn.microsoft.com/rest/api/storageservices/get-queue-service-properties).
pub fn get_properties() -> Request {
    Request::of(&GET_PROPERTIES, "/".to_owned())
}

/// The settings. All four parts are there: a caller that writes back a default in place of a missing one would
/// delete what the account has.
pub fn get_properties_response(response: &Response) -> Result<ServiceProperties> {
    let mut read = ServiceProperties::default();
    let mut xml = Reader::open(&response.body, "StorageServiceProperties");
    while let Some(name) = xml.child() {
        match name {
            "Logging" => read.analytics_logging = Some(read_logging(&mut xml)),
            "HourMetrics" => read.hour_metrics = Some(read_metrics(&mut xml)),
            "MinuteMetrics" => read.minute_metrics = Some(read_metrics(&mut xml)),
            "Cors" => read.cors = Some(read_cors(&mut xml)),
            _ => xml.skip(),
        }
    }
    xml.require("Logging", read.analytics_logging.is_some());
    xml.require("HourMetrics", read.hour_metrics.is_some());
    xml.require("MinuteMetrics", read.minute_metrics.is_some());
    xml.require("Cors", read.cors.is_some());
    xml.finish(read)
}

/// [Set Queue Service Properties](https://learn.microsoft.com/rest/api/storageservices/set-queue-service-properties).
pub fn set_properties(settings: &ServiceProperties) -> Result<Request> {
    if *settings == ServiceProperties::default() {
        return Err(Error::of_type(
            "properties",
            "nothing",
            "at least one of analytics_logging, hour_metrics, minute_metrics and cors",
        ));
    }
    let mut xml = Writer::new("StorageServiceProperties");
    if let Some(logging) = &settings.analytics_logging {
        write_logging(&mut xml, logging)?;
    }
    for (name, days, metrics) in [
        ("HourMetrics", "hour_metrics.retention_policy.days", &settings.hour_metrics),
        ("MinuteMetrics", "minute_metrics.retention_policy.days", &settings.minute_metrics),
    ] {
        if let Some(metrics) = metrics {
            write_metrics(&mut xml, name, days, metrics)?;
        }
    }
    if let Some(rules) = &settings.cors {
        write_cors(&mut xml, rules)?;
    }
    let mut request = Request::of(&SET_PROPERTIES, "/".to_owned());
    request.xml(xml.finish("StorageServiceProperties"));
    Ok(request)
}

fn read_logging(xml: &mut Reader<'_>) -> AnalyticsLogging {
    let mut logging = AnalyticsLogging::default();
    let (mut has_delete, mut has_read, mut has_write, mut has_policy) = (false, false, false, false);
    while let Some(name) = xml.child() {
        match name {
            "Version" => logging.version = xml.text().into_owned(),
            "Delete" => (logging.delete, has_delete) = (read_bool(xml), true),
            "Read" => (logging.read, has_read) = (read_bool(xml), true),
            "Write" => (logging.write, has_write) = (read_bool(xml), true),
            "RetentionPolicy" => (logging.retention_policy, has_policy) = (read_retention(xml), true),
            _ => xml.skip(),
        }
    }
    xml.require("Delete", has_delete);
    xml.require("Read", has_read);
    xml.require("Write", has_write);
    xml.require("RetentionPolicy", has_policy);
    logging
}

fn read_metrics(xml: &mut Reader<'_>) -> Metrics {
    let mut metrics = Metrics::default();
    let (mut has_enabled, mut has_policy) = (false, false);
    while let Some(name) = xml.child() {
        match name {
            "Version" => metrics.version = xml.text().into_owned(),
            "Enabled" => (metrics.enabled, has_enabled) = (read_bool(xml), true),
            "IncludeAPIs" => metrics.include_apis = Some(read_bool(xml)),
            "RetentionPolicy" => (metrics.retention_policy, has_policy) = (read_retention(xml), true),
            _ => xml.skip(),
        }
    }
    xml.require("Enabled", has_enabled);
    xml.require("RetentionPolicy", has_policy);
    metrics
}

fn read_retention(xml: &mut Reader<'_>) -> RetentionPolicy {
    let mut policy = RetentionPolicy::default();
    let mut has_enabled = false;
    while let Some(name) = xml.child() {
        match name {
            "Enabled" => (policy.enabled, has_enabled) = (read_bool(xml), true),
            "Days" => policy.days = Some(read_number(xml)),
            _ => xml.skip(),
        }
    }
    xml.require("Enabled", has_enabled);
    xml.require("Days", policy.days.is_some() || !policy.enabled);
    policy
}

fn read_cors(xml: &mut Reader<'_>) -> Vec<CorsRule> {
    let mut rules = Vec::new();
    while let Some(name) = xml.child() {
        match name {
            "CorsRule" => rules.push(read_cors_rule(xml)),
            _ => xml.skip(),
        }
    }
    rules
}

fn read_cors_rule(xml: &mut Reader<'_>) -> CorsRule {
    let mut rule = CorsRule::default();
    while let Some(name) = xml.child() {
        match name {
            "AllowedOrigins" => rule.allowed_origins = read_list(xml),
            "AllowedMethods" => rule.allowed_methods = read_list(xml),
            "AllowedHeaders" => rule.allowed_headers = read_list(xml),
            "ExposedHeaders" => rule.exposed_headers = read_list(xml),
            "MaxAgeInSeconds" => rule.max_age_in_seconds = read_number(xml),
            _ => xml.skip(),
        }
    }
    rule
}

fn read_list(xml: &mut Reader<'_>) -> Vec<String> {
    let text = xml.text();
    pieces(&text, b",").map(trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn read_bool(xml: &mut Reader<'_>) -> bool {
    let text = xml.text();
    let value = trim(&text);
    if value != "true" && value != "false" {
        xml.refuse(&fill("{} is neither true nor false", &[&quoted(value)]));
    }
    value == "true"
}

fn read_number(xml: &mut Reader<'_>) -> i64 {
    let text = xml.text();
    number(trim(&text)).and_then(|number| i64::try_from(number).ok()).unwrap_or_else(|| {
        xml.refuse(&fill("{} is not a number", &[&quoted(&text)]));
        0
    })
}

fn write_logging(xml: &mut Writer, logging: &AnalyticsLogging) -> Result<()> {
    limits::xml_text("analytics_logging.version", &logging.version)?;
    xml.start("Logging");
    xml.element("Version", &logging.version);
    write_bool(xml, "Delete", logging.delete);
    write_bool(xml, "Read", logging.read);
    write_bool(xml, "Write", logging.write);
    write_retention(xml, "analytics_logging.retention_policy.days", &logging.retention_policy)?;
    xml.end("Logging");
    Ok(())
}

fn write_metrics(xml: &mut Writer, name: &'static str, days: &str, metrics: &Metrics) -> Result<()> {
    limits::xml_text("metrics.version", &metrics.version)?;
    xml.start(name);
    xml.element("Version", &metrics.version);
    write_bool(xml, "Enabled", metrics.enabled);
    // The service wants it when metrics are enabled and refuses it when they are not.
    if metrics.enabled {
        write_bool(xml, "IncludeAPIs", metrics.include_apis.unwrap_or_default());
    }
    write_retention(xml, days, &metrics.retention_policy)?;
    xml.end(name);
    Ok(())
}

/// `argument` names the days, for errors.
fn write_retention(xml: &mut Writer, argument: &str, policy: &RetentionPolicy) -> Result<()> {
    xml.start("RetentionPolicy");
    write_bool(xml, "Enabled", policy.enabled);
    if policy.enabled {
        let days =
            policy.days.ok_or_else(|| Error::of_type(argument, "nothing", "given when the policy is enabled"))?;
        let days = limits::RETENTION_DAYS.check(days).map_err(|error| error.about(argument))?;
        xml.element("Days", &decimal(days));
    }
    xml.end("RetentionPolicy");
    Ok(())
}

fn write_cors(xml: &mut Writer, rules: &[CorsRule]) -> Result<()> {
    if rules.len() > limits::CORS_RULES {
        return Err(Error::value("cors", fill("{} rules", &[&decimal(rules.len() as i64)]), "at most 5 rules"));
    }
    xml.start("Cors");
    for rule in rules {
        check_cors_rule(rule)?;
        xml.start("CorsRule");
        for (name, items) in [
            ("AllowedOrigins", &rule.allowed_origins),
            ("AllowedMethods", &rule.allowed_methods),
            ("AllowedHeaders", &rule.allowed_headers),
            ("ExposedHeaders", &rule.exposed_headers),
        ] {
            xml.element(name, &items.join(","));
        }
        xml.element("MaxAgeInSeconds", &decimal(rule.max_age_in_seconds));
        xml.end("CorsRule");
    }
    xml.end("Cors");
    Ok(())
}

fn check_cors_rule(rule: &CorsRule) -> Result<()> {
    const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "MERGE", "POST", "OPTIONS", "PUT"];
    if rule.allowed_origins.is_empty() || rule.allowed_origins.len() > 64 {
        return Err(Error::value("cors.allowed_origins", rule.allowed_origins.len(), "1 to 64 origins"));
    }
    if rule.allowed_methods.is_empty() {
        return Err(Error::value("cors.allowed_methods", 0, "at least one method"));
    }
    if let Some(method) = rule.allowed_methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
        return Err(Error::value(
            "cors.allowed_methods",
            Quoted(method),
            "methods of DELETE, GET, HEAD, MERGE, POST, OPTIONS, PUT",
        ));
    }
    rule.allowed_origins.iter().try_for_each(|origin| limits::cors_origin("cors.allowed_origins", origin))?;
    for (argument, items) in
        [("cors.allowed_headers", &rule.allowed_headers), ("cors.exposed_headers", &rule.exposed_headers)]
    {
        if let Some(item) = items.iter().find(|item| item.is_empty() || item.len() > 256 || contains_any(item, b",")) {
            return Err(Error::value(argument, Quoted(item), "items of 1 to 256 characters without a comma"));
        }
        items.iter().try_for_each(|item| limits::xml_text(argument, item))?;
    }
    limits::CORS_MAX_AGE.check(rule.max_age_in_seconds).map(drop)
}

fn write_bool(xml: &mut Writer, name: &'static str, value: bool) {
    xml.element(name, if value { "true" } else { "false" });
}
