//! A credential as JavaScript gives it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::credential::{AccessToken, Bearer, Credential, DEFAULT_AUDIENCE, SharedKey, TokenFuture, TokenSource};
use crate::error::{Error, ErrorKind, Result};
use crate::time::Timestamp;

use super::values_in::{kind, property, text};

/// The JavaScript value behind the latest failure to get a token.
pub type TokenFailure = Rc<RefCell<Option<JsValue>>>;

/// Reads a credential; an account key alone needs the account's name.
pub fn read(
    value: &JsValue,
    account_name: Option<&str>,
    audience: Option<&str>,
    failure: &TokenFailure,
) -> Result<Credential> {
    const ALLOWED: &str = "a SAS token, an account key, { accountName, accountKey }, or an object with getToken()";
    if value.is_undefined() {
        return Ok(Credential::default());
    }
    if let Some(text) = value.as_string() {
        return Credential::from_text(&text, account_name);
    }
    if !value.is_object() {
        return Err(Error::of_type("credential", format!("a value of type {}", kind(value)), ALLOWED));
    }
    if let Some(get_token) = property(value, "credential", "getToken")?.dyn_ref::<Function>() {
        let source = JsTokens { credential: value.clone(), get_token: get_token.clone(), failure: Rc::clone(failure) };
        return Ok(Bearer::new(Box::new(source), audience.unwrap_or(DEFAULT_AUDIENCE)).into());
    }
    let name = text("credential.account_name", &property(value, "credential", "accountName")?)?;
    let key = property(value, "credential", "accountKey")?.as_string();
    match (name, key) {
        (Some(name), Some(key)) => SharedKey::new(&name, &key).map(Credential::from),
        _ => Err(Error::of_type("credential", "an object without them", ALLOWED)),
    }
}

/// An object with `getToken(scopes)`, such as those of `@azure/identity`.
struct JsTokens {
    credential: JsValue,
    get_token: Function,
    failure: TokenFailure,
}

impl TokenSource for JsTokens {
    fn token(&self, scope: &str) -> TokenFuture<'_> {
        let asked = self.get_token.call1(&self.credential, &Array::of1(&scope.into()).into());
        Box::pin(async move {
            let answer = match asked {
                Ok(answer) => JsFuture::from(Promise::resolve(&answer)).await,
                Err(thrown) => Err(thrown),
            };
            let answer = answer.map_err(|thrown| {
                self.failure.replace(Some(thrown));
                no_token("it threw")
            })?;
            access_token(&answer)
        })
    }
}

fn access_token(answer: &JsValue) -> Result<AccessToken> {
    if !answer.is_object() {
        return Err(no_token("it returned none"));
    }
    let token = property(answer, "credential", "token")?.as_string().filter(|token| !token.is_empty());
    let expires_on = property(answer, "credential", "expiresOnTimestamp")?.as_f64();
    match (token, expires_on) {
        (Some(token), Some(expires_on)) if token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Ok(AccessToken::new(token, Timestamp::from_millis(expires_on as i64)))
        }
        _ => Err(no_token("it did not return { token, expiresOnTimestamp }")),
    }
}

fn no_token(why: &str) -> Error {
    Error::new(ErrorKind::ClientAuthentication, format!("The credential's getToken() gave no access token: {why}."))
}
