//! A credential as JavaScript gives it.

use std::fmt;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::credential::{
    AccessToken, Bearer, Credential, DEFAULT_AUDIENCE, Failure, SasSource, SharedKey, SourceFuture, TokenRequest,
    TokenSource,
};
use crate::error::{Error, Result};
use crate::time::Timestamp;

use super::call::Thrown;
use super::fetch::object;
use super::values_in::{kind, property, text};

/// Reads a credential, and the audience for which it is asked for tokens; an account key
/// alone needs the account's name.
pub fn read(value: &JsValue, account_name: Option<&str>, options: &JsValue) -> Result<Option<Credential>> {
    const ALLOWED: &str = "a SAS token, a function that gives one, an account key, { accountName, accountKey }, or an object with getToken()";
    let audience = text("audience", &property(options, "options", "audience")?)?;
    if value.is_undefined() {
        return Ok(None);
    }
    if let Some(text) = value.as_string() {
        return Credential::from_text(&text, account_name).map(Some);
    }
    if !value.is_object() && !value.is_function() {
        return Err(Error::of_type("credential", format!("a value of type {}", kind(value)), ALLOWED));
    }
    if let Some(get_token) = property(value, "credential", "getToken")?.dyn_ref::<Function>() {
        let source = JsTokens { credential: value.clone(), get_token: get_token.clone() };
        let bearer = Bearer::new(Box::new(source), audience.as_deref().unwrap_or(DEFAULT_AUDIENCE))?;
        return Ok(Some(bearer.into()));
    }
    if let Some(function) = value.dyn_ref::<Function>() {
        let source: Box<dyn SasSource> = Box::new(JsSas(function.clone()));
        return Ok(Some(source.into()));
    }
    let name = text("credential.account_name", &property(value, "credential", "accountName")?)?;
    let key = property(value, "credential", "accountKey")?.as_string();
    match (name, key) {
        (Some(name), Some(key)) => SharedKey::new(&name, &key).map(|key| Some(key.into())),
        _ => Err(Error::of_type("credential", "an object without them", ALLOWED)),
    }
}

/// Why something of the caller's gave nothing, and what it threw.
#[derive(Debug)]
pub struct JsFailure {
    words: &'static str,
    /// What was thrown; `undefined` when nothing was.
    pub thrown: JsValue,
}

impl JsFailure {
    fn boxed(words: &'static str, thrown: JsValue) -> Failure {
        Box::new(JsFailure { words, thrown })
    }
}

impl fmt::Display for JsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words)
    }
}

impl std::error::Error for JsFailure {}

/// What a function that was called returns in the end.
async fn awaited(called: Thrown<JsValue>, words: &'static str) -> std::result::Result<JsValue, Failure> {
    let settled = match called {
        Ok(returned) => JsFuture::from(Promise::resolve(&returned)).await,
        Err(thrown) => Err(thrown),
    };
    settled.map_err(|thrown| JsFailure::boxed(words, thrown))
}

/// A function that gives a shared access signature.
struct JsSas(Function);

impl SasSource for JsSas {
    fn sas(&self) -> SourceFuture<String> {
        let called = self.0.call0(&JsValue::UNDEFINED);
        Box::pin(async move {
            let given = awaited(called, "the credential function threw.").await?;
            given
                .as_string()
                .ok_or_else(|| JsFailure::boxed("the credential function did not return a string.", JsValue::UNDEFINED))
        })
    }
}

/// An object with `getToken(scopes, options)`, such as those of `@azure/identity`.
struct JsTokens {
    credential: JsValue,
    get_token: Function,
}

impl TokenSource for JsTokens {
    fn token(&self, request: &TokenRequest) -> SourceFuture<AccessToken> {
        let scopes = Array::of1(&request.scope.as_str().into());
        let tenant = request.tenant_id.as_deref().map(|tenant| ("tenantId", tenant.into()));
        let options = object(tenant.as_slice());
        let called = self.get_token.call2(&self.credential, &scopes, &options);
        Box::pin(async move {
            let answer = awaited(called, "the credential's getToken() threw.").await?;
            access_token(&answer).map_err(|words| JsFailure::boxed(words, JsValue::UNDEFINED))
        })
    }
}

fn access_token(answer: &JsValue) -> std::result::Result<AccessToken, &'static str> {
    let field = |name: &str| if answer.is_object() { property(answer, "credential", name).ok() } else { None };
    let moment = |name: &str| field(name)?.as_f64().map(|millis| Timestamp::from_millis(millis as i64));
    let token = field("token").and_then(|token| token.as_string());
    let token = token.ok_or("the credential's getToken() did not return { token, expiresOnTimestamp }.")?;
    // What a header cannot carry would show up in the words of `fetch`.
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("the token of the credential's getToken() is empty, or has blanks or line feeds in it.");
    }
    let expires_on = moment("expiresOnTimestamp");
    let expires_on =
        expires_on.ok_or("the expiresOnTimestamp of the credential's getToken() is no number of milliseconds.")?;
    Ok(AccessToken::new(token, expires_on, moment("refreshAfterTimestamp")))
}
