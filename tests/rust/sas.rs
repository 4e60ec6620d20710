//! Making shared access signatures, by the known answers.

use azure_queue_wasm::credential::{
    AccountSas, QueueSas, SasToken, UserDelegationKey, account_permissions, queue_permissions, resource_types, services,
};
use azure_queue_wasm::percent::percent_decode;
use azure_queue_wasm::time::Timestamp;
use serde_json::Value;

use crate::script::vectors;

/// Text, or the marked dates of the file.
fn param(case: &Value, name: &str) -> String {
    let value = &case["params"][name];
    value["__datetime__"].as_str().or(value.as_str()).unwrap_or_default().to_owned()
}

fn moment(case: &Value, name: &str) -> Option<Timestamp> {
    Some(param(case, name)).filter(|text| !text.is_empty()).map(|text| Timestamp::from_iso8601(&text).expect("moment"))
}

/// The fields of a token, decoded and sorted: clients differ in order and in what they encode.
fn fields(token: &str) -> Vec<String> {
    let mut fields: Vec<String> = token.split('&').map(|field| percent_decode(field).expect("utf-8")).collect();
    fields.sort();
    fields
}

fn account(case: &Value) -> AccountSas {
    let or = |text: String, default: &str| if text.is_empty() { default.to_owned() } else { text };
    AccountSas {
        account_name: case["account"].as_str().expect("account").to_owned(),
        services: services(&or(param(case, "services"), "q")).expect("services"),
        resource_types: resource_types(&param(case, "resource_types")).expect("resource types"),
        permission: account_permissions(&param(case, "permission")).expect("permission"),
        expiry: moment(case, "expiry"),
        start: moment(case, "start"),
        ip: param(case, "ip"),
        protocol: param(case, "protocol"),
        version: case["sv"].as_str().expect("version").to_owned(),
    }
}

fn queue(case: &Value) -> QueueSas {
    let permission = param(case, "permission");
    QueueSas {
        account_name: case["account"].as_str().expect("account").to_owned(),
        queue_name: "q1".to_owned(),
        permission: if permission.is_empty() {
            permission
        } else {
            queue_permissions(&permission).expect("permission")
        },
        expiry: moment(case, "expiry"),
        start: moment(case, "start"),
        policy_id: param(case, "policy_id"),
        ip: param(case, "ip"),
        protocol: param(case, "protocol"),
        user_delegation_oid: param(case, "user_delegation_oid"),
        version: case["sv"].as_str().expect("version").to_owned(),
    }
}

fn delegation_key(case: &Value) -> UserDelegationKey {
    let key = &case["params"]["user_delegation_key"];
    let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
    let mut read = UserDelegationKey::default();
    read.signed_oid = text("signed_oid");
    read.signed_tid = text("signed_tid");
    read.signed_start = text("signed_start");
    read.signed_expiry = text("signed_expiry");
    read.signed_service = text("signed_service");
    read.signed_version = text("signed_version");
    read.signed_delegated_user_tid = Some(text("signed_delegated_user_tid")).filter(|tid| !tid.is_empty());
    read.set_value(text("value"));
    read
}

fn token(case: &Value) -> String {
    let key = case["key"].as_str().unwrap_or_default();
    match case["kind"].as_str().expect("kind") {
        "account_sas" => account(case).with_account_key(key).expect("token"),
        "queue_sas" => queue(case).with_account_key(key).expect("token"),
        _ => queue(case).with_user_delegation_key(&delegation_key(case)).expect("token"),
    }
}

#[test]
fn every_token() {
    let vectors = vectors();
    let (both, js_only) =
        (vectors["sas"].as_array().expect("cases"), vectors["sas_js_only"].as_array().expect("cases"));
    assert_eq!((both.len(), js_only.len()), (14, 7));
    for case in both.iter().chain(js_only) {
        // Where the two clients differ, the one that puts letters in the service's order is right.
        let expected = case["token_js"].as_str().or(case["token_python"].as_str()).expect("token");
        let ours = fields(&token(case));
        let unordered = case["name"].as_str().is_some_and(|name| name.contains("kept as given"));
        assert_eq!(ours, fields(expected), "{case}");
        if let Some(python) = case["token_python"].as_str().filter(|_| !unordered) {
            let without_sr: Vec<_> = ours.into_iter().filter(|field| field != "sr=q").collect();
            assert_eq!(without_sr, fields(python), "{case}");
        }
    }
}

#[test]
fn signatures_that_no_service_would_take_are_not_made() {
    let good = QueueSas {
        account_name: "a".into(),
        queue_name: "orders".into(),
        permission: "r".into(),
        expiry: Some(Timestamp::from_millis(0)),
        version: "2020-12-06".into(),
        ..QueueSas::default()
    };
    let refused = |sas: QueueSas| sas.with_account_key("AAAA").expect_err("refused").to_string();
    assert!(good.with_account_key("AAAA").is_ok());
    assert!(refused(QueueSas { permission: "pr".into(), ..good.clone() }).contains("order"));
    assert!(refused(QueueSas { permission: "x".into(), ..good.clone() }).starts_with("permission"));
    assert!(refused(QueueSas { ip: "300.1.1.1".into(), ..good.clone() }).starts_with("ip"));
    assert!(refused(QueueSas { protocol: "ftp".into(), ..good.clone() }).starts_with("protocol"));
    assert!(refused(QueueSas { version: String::new(), ..good.clone() }).starts_with("version"));
    assert!(refused(QueueSas { user_delegation_oid: "x".into(), ..good.clone() }).starts_with("user_delegation_oid"));
    assert!(refused(QueueSas { policy_id: "sig=x".into(), ..good.clone() }).starts_with("policy_id"));
    let key = UserDelegationKey::default();
    assert!(good.with_user_delegation_key(&key).expect_err("refused").to_string().starts_with("version"));
}

#[test]
fn letters_are_put_in_order() {
    let vectors = vectors();
    let known = vectors["permissions_from_string"].as_object().expect("cases");
    for (call, expected) in known {
        let given = call.split('\'').nth(1).expect("text");
        // Python passes over letters it does not know ("x" for a queue), which is refused here, and keeps the order in
        // which resource types and services are given, which the service does not.
        let ours = match call.split('.').next() {
            Some("QueueSasPermissions") => queue_permissions(given.trim_end_matches('x')),
            Some("AccountSasPermissions") => account_permissions(given),
            Some("ResourceTypes") => resource_types(given),
            _ => services(given),
        };
        let order = "rwdxylacupfti-sco-bqf";
        let mut expected: Vec<char> = expected.as_str().expect("text").chars().collect();
        if call.starts_with("ResourceTypes") || call.starts_with("Services") {
            expected.sort_by_key(|letter| order.rfind(*letter));
        }
        assert_eq!(ours, Ok(expected.into_iter().collect()), "{call}");
    }
    assert_eq!(known.len(), 4);
    assert!(queue_permissions("rx").expect_err("refused").to_string().contains("\"rx\""));
    assert!(account_permissions("").is_err());
}

#[test]
fn what_is_missing_is_named() {
    let policy = QueueSas {
        account_name: "a".into(),
        queue_name: "q".into(),
        policy_id: "p".into(),
        version: "2020-12-06".into(),
        ..QueueSas::default()
    };
    assert!(policy.with_account_key("AAAA").is_ok());
    let bare = QueueSas { policy_id: String::new(), ..policy };
    assert!(bare.with_account_key("AAAA").expect_err("refused").to_string().starts_with("expiry"));
    let dated = QueueSas { expiry: Some(Timestamp::from_millis(0)), ..bare };
    assert!(dated.with_account_key("AAAA").expect_err("refused").to_string().starts_with("permission"));
    let error = AccountSas::default().with_account_key("AAAA").expect_err("refused");
    assert!(error.to_string().starts_with("permission"), "{error}");
}

#[test]
fn a_token_reads_back() {
    let vectors = vectors();
    for case in vectors["sas"].as_array().expect("cases") {
        let token = token(case);
        let mut url = "https://h/q".to_owned();
        SasToken::parse(&token).expect("reads").append_to(&mut url);
        assert_eq!(url, format!("https://h/q?{token}"));
    }
}
