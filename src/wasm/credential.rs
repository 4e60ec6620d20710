//! A credential as JavaScript gives it.

use std::fmt;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::credential::{
    AccessToken, Bearer, Credential, DEFAULT_AUDIENCE, Failure, SasSource, SharedKey, SourceFuture, TokenRequest,
    TokenSource,
};
use crate::error::Result;
use crate::time::Timestamp;

use super::input::Input;

/// How a credential is given.
const TEXT: usize = 1;
const KEY: usize = 2;
const FUNCTION: usize = 3;

/// Reads the audience for which tokens are asked, and a credential; an account key alone
/// needs the account's name.
pub fn read(input: &mut Input, source: JsValue, account_name: Option<&str>) -> Result<Option<Credential>> {
    const ALLOWED: &str = "a SAS token, a function that gives one, an account key, { accountName, accountKey }, or an object with getToken()";
    let audience = input.text("audience")?.unwrap_or(DEFAULT_AUDIENCE);
    Ok(Some(match input.choice("credential", ALLOWED)? {
        None => return Ok(None),
        Some(TEXT) => Credential::from_text(input.part(), account_name)?,
        Some(KEY) => SharedKey::new(input.required("credential.account_name")?, input.part())?.into(),
        Some(FUNCTION) => {
            let source: Box<dyn SasSource> = Box::new(JsSas(source));
            source.into()
        }
        Some(_) => Bearer::new(Box::new(JsTokens(source)), audience)?.into(),
    }))
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

/// What a source settles with: text, and for a token two moments.
async fn settled(asked: Promise, words: &'static str) -> std::result::Result<Settled, Failure> {
    let settled = JsFuture::from(asked).await;
    settled.map(JsValue::unchecked_into).map_err(|thrown| JsFailure::boxed(words, thrown))
}

#[wasm_bindgen(module = "/src/wasm/transport.js")]
extern "C" {
    #[wasm_bindgen(js_name = askForSas)]
    fn ask_for_sas(source: &JsValue) -> Promise;
    #[wasm_bindgen(js_name = askForToken)]
    fn ask_for_token(source: &JsValue, scope: &str, tenant: Option<&str>) -> Promise;

    type Settled;
    #[wasm_bindgen(method, getter)]
    fn text(this: &Settled) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn expires(this: &Settled) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn refresh(this: &Settled) -> Option<f64>;
}

/// A function that gives a shared access signature.
struct JsSas(JsValue);

impl SasSource for JsSas {
    fn sas(&self) -> SourceFuture<String> {
        let asked = ask_for_sas(&self.0);
        Box::pin(async move {
            let given = settled(asked, "the credential function threw.").await?.text();
            given
                .ok_or_else(|| JsFailure::boxed("the credential function did not return a string.", JsValue::UNDEFINED))
        })
    }
}

/// An object with `getToken(scopes, options)`, such as those of `@azure/identity`.
struct JsTokens(JsValue);

impl TokenSource for JsTokens {
    fn token(&self, request: &TokenRequest) -> SourceFuture<AccessToken> {
        let asked = ask_for_token(&self.0, &request.scope, request.tenant_id.as_deref());
        Box::pin(async move {
            let answer = settled(asked, "the credential's getToken() threw.").await?;
            access_token(&answer).map_err(|words| JsFailure::boxed(words, JsValue::UNDEFINED))
        })
    }
}

fn access_token(answer: &Settled) -> std::result::Result<AccessToken, &'static str> {
    let moment = |millis: f64| Timestamp::from_millis(millis as i64);
    let token = answer.text();
    let token = token.ok_or("the credential's getToken() did not return { token, expiresOnTimestamp }.")?;
    let expires_on = answer.expires();
    let expires_on =
        expires_on.ok_or("the expiresOnTimestamp of the credential's getToken() is no number of milliseconds.")?;
    Ok(AccessToken::new(token, moment(expires_on), answer.refresh().map(moment)))
}
