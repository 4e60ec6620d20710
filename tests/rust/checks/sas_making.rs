//! Shared access signatures that are made here.

use azure_queue_wasm::credential::{
    AccountSas, QueueSas, SasKind, SasProperties, SasToken, UserDelegationKey, account_permissions, queue_permissions,
    resource_types, services,
};
use azure_queue_wasm::error::Result;
use azure_queue_wasm::time::Timestamp;

use super::planting::{planted_in_argument, tells_no_secret};
use super::times::whole;

const KEYS: [&str; 2] = ["QUFBQQ==", "QkJCQg=="];

/// A line for every field.
pub fn check(bytes: &[u8]) {
    let Some(text) = planted_in_argument(bytes) else { return };
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or_default().to_owned();
    let queue = QueueSas {
        account_name: next(),
        queue_name: next(),
        permission: next(),
        expiry: Timestamp::from_iso8601(&next()),
        start: Timestamp::from_iso8601(&next()),
        policy_id: next(),
        ip: next(),
        protocol: next(),
        user_delegation_oid: id(&next()).to_owned(),
        version: next(),
    };
    let account = AccountSas {
        account_name: queue.account_name.clone(),
        services: next(),
        resource_types: next(),
        permission: queue.permission.clone(),
        expiry: queue.expiry,
        start: queue.start,
        ip: queue.ip.clone(),
        protocol: queue.protocol.clone(),
        version: queue.version.clone(),
    };
    let mut key = UserDelegationKey::default();
    for field in [
        &mut key.signed_oid,
        &mut key.signed_tid,
        &mut key.signed_start,
        &mut key.signed_expiry,
        &mut key.signed_service,
        &mut key.signed_version,
    ] {
        *field = format!("x{}", id(&next()));
    }
    key.signed_delegated_user_tid = some(id(&next()));
    made(KEYS.map(|key| queue.with_account_key(key)), &properties(&queue, SasKind::Service));
    made(KEYS.map(|key| account.with_account_key(key)), &account_properties(&account));
    let delegated = KEYS.map(|value| {
        key.set_value(value.to_owned());
        queue.with_user_delegation_key(&key)
    });
    made(delegated, &properties(&queue, SasKind::UserDelegation));
    for order in [queue_permissions, account_permissions, resource_types, services] {
        in_order(order, &queue.permission);
    }
}

/// What Entra ID and the service name things by has no signature in it.
fn id(text: &str) -> &str {
    text.split("sig=").next().unwrap_or_default()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn properties(sas: &QueueSas, kind: SasKind) -> SasProperties {
    SasProperties {
        kind,
        permission: some(&sas.permission),
        resource: some("q").filter(|_| kind == SasKind::UserDelegation),
        start: sas.start.map(whole),
        expiry: sas.expiry.map(whole),
        ip: some(&sas.ip),
        protocol: some(&sas.protocol),
        policy_id: some(&sas.policy_id),
        version: some(&sas.version),
        user_delegation_oid: some(&sas.user_delegation_oid),
        ..SasProperties::default()
    }
}

fn account_properties(sas: &AccountSas) -> SasProperties {
    SasProperties {
        kind: SasKind::Account,
        permission: some(&sas.permission),
        services: some(&sas.services),
        resource_types: some(&sas.resource_types),
        start: sas.start.map(whole),
        expiry: sas.expiry.map(whole),
        ip: some(&sas.ip),
        protocol: some(&sas.protocol),
        version: some(&sas.version),
        ..SasProperties::default()
    }
}

/// A token says what was asked for, whichever key signs, and every key signs otherwise.
fn made([one, other]: [Result<String>; 2], asked: &SasProperties) {
    let (one, other) = match (one, other) {
        (Ok(one), Ok(other)) => (one, other),
        (one, other) => {
            assert_eq!(one, other);
            return tells_no_secret(&one.expect_err("refused, as the other"));
        }
    };
    let token = SasToken::given(&one).unwrap_or_else(|why| panic!("{one}: {why}"));
    assert_eq!(**token.properties(), *asked, "{one}");
    let signature = |token: &str| token.split_once("sig=").map(|(_, signature)| signature.to_owned());
    assert_ne!(signature(&one), signature(&other));
}

/// What was put in order stays so.
fn in_order(order: fn(&str) -> Result<String>, given: &str) {
    match order(given) {
        Ok(ordered) => {
            assert_eq!(order(&ordered).as_ref(), Ok(&ordered));
            assert!(given.chars().all(|letter| ordered.contains(letter)), "{given}");
        }
        Err(error) => tells_no_secret(&error),
    }
}
