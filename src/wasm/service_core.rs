//! The account, as `js/` wraps it. Methods take `&self`, since two calls at once on a
//! `&mut self` would throw. Arguments are checked before a promise is made.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::error::{Error, Result};
use crate::http::{Location, Request, Response};
use crate::limits;
use crate::operations::service;

use super::account::Account;
use super::call::{CallInit, Thrown, nothing, thrown};
use super::queue_core::QueueCore;
use super::settings;
use super::values_in::{flag, integer, moment, text};
use super::values_out;

/// Lists, properties, and a way to the queues.
#[wasm_bindgen]
pub struct ServiceCore {
    account: Account,
}

#[wasm_bindgen]
impl ServiceCore {
    /// From an account URL.
    #[wasm_bindgen(js_name = fromUrl)]
    pub fn from_url(url: JsValue, credential: JsValue, options: JsValue) -> Thrown<ServiceCore> {
        thrown(Account::from_url(&url, &credential, &options)).map(|account| ServiceCore { account })
    }

    /// From a connection string.
    #[wasm_bindgen(js_name = fromConnectionString)]
    pub fn from_connection_string(connection_string: JsValue, options: JsValue) -> Thrown<ServiceCore> {
        thrown(Account::from_connection_string(&connection_string, &options)).map(|account| ServiceCore { account })
    }

    /// A queue of this account.
    pub fn queue(&self, name: JsValue, encoding: JsValue) -> Thrown<QueueCore> {
        thrown(QueueCore::new(self.account.fork(), &name, &encoding))
    }

    /// [List Queues], one page: `[page, next marker, secondary]`;
    /// a sequence of pages stays at the endpoint where it began.
    #[wasm_bindgen(js_name = listQueues)]
    pub fn list_queues(
        &self,
        prefix: JsValue,
        include_metadata: JsValue,
        results_per_page: JsValue,
        marker: JsValue,
        secondary: Option<bool>,
        call: Option<CallInit>,
    ) -> Thrown<Promise> {
        let request = || -> Result<Request> {
            let options = list_options(&prefix, &include_metadata, &results_per_page)?;
            let marker = text("continuation_token", &marker)?;
            let request = service::list_queues(&options, marker.as_deref())?;
            let pinned = |secondary| if secondary { Location::Secondary } else { Location::Primary };
            Ok(Request { location: secondary.map(pinned), ..request })
        };
        let read = |response: &Response| {
            let page = service::list_queues_response(response)?;
            let secondary = response.location == Some(Location::Secondary);
            Ok(values_out::queues(page, secondary))
        };
        self.account.run(request(), call, Box::new(read))
    }

    /// Checks what an iteration over queues is asked for, before its first page.
    #[wasm_bindgen(js_name = checkList)]
    pub fn check_list(
        &self,
        prefix: JsValue,
        include_metadata: JsValue,
        results_per_page: JsValue,
        call: Option<CallInit>,
    ) -> Thrown<()> {
        thrown(list_options(&prefix, &include_metadata, &results_per_page).and_then(|_| self.account.check_call(call)))
    }

    /// [Get Queue Service Properties]
    #[wasm_bindgen(js_name = getProperties)]
    pub fn get_properties(&self, call: Option<CallInit>) -> Thrown<Promise> {
        let read = |response: &_| service::get_properties_response(response).map(values_out::service_properties);
        self.account.run(Ok(service::get_properties()), call, Box::new(read))
    }

    /// [Set Queue Service Properties]
    #[wasm_bindgen(js_name = setProperties)]
    pub fn set_properties(&self, properties: JsValue, call: Option<CallInit>) -> Thrown<Promise> {
        let request = settings::read(&properties).and_then(|properties| service::set_properties(&properties));
        self.account.run(request, call, nothing())
    }

    /// [Get Queue Service Stats]
    #[wasm_bindgen(js_name = getStats)]
    pub fn get_stats(&self, call: Option<CallInit>) -> Thrown<Promise> {
        let request = self.account.pipeline.endpoint().host(Location::Secondary).map(|_| service::get_stats());
        let read = |response: &_| service::get_stats_response(response).map(values_out::service_stats);
        self.account.run(request, call, Box::new(read))
    }

    /// [Get User Delegation Key]
    #[wasm_bindgen(js_name = getUserDelegationKey)]
    pub fn get_user_delegation_key(
        &self,
        start: JsValue,
        expiry: JsValue,
        tenant: JsValue,
        call: Option<CallInit>,
    ) -> Thrown<Promise> {
        let request = || -> Result<Request> {
            let start = moment("start", &start)?;
            let expiry = moment("expiry", &expiry)?;
            let expiry = expiry.ok_or_else(|| Error::of_type("expiry", "undefined", "a Date"))?;
            let tenant = text("delegated_user_tenant_id", &tenant)?;
            service::get_user_delegation_key(start, expiry, tenant.as_deref())
        };
        let read =
            |response: &_| service::get_user_delegation_key_response(response).map(values_out::user_delegation_key);
        self.account.run(request(), call, Box::new(read))
    }

    /// What the client is, without secrets: an object of texts.
    pub fn describe(&self) -> JsValue {
        self.account.describe("/")
    }

    /// The URL with its SAS: a secret.
    #[wasm_bindgen(js_name = urlWithSas)]
    pub fn url_with_sas(&self) -> Thrown<String> {
        thrown(self.account.url_with_sas("/"))
    }

    /// What the SAS in use says of itself.
    pub fn sas(&self) -> JsValue {
        self.account.sas()
    }

    /// Puts another SAS in the place of the one in use.
    #[wasm_bindgen(js_name = updateSas)]
    pub fn update_sas(&self, sas: JsValue) -> Thrown<()> {
        thrown(self.account.update_sas(&sas))
    }

    /// Switches between the endpoints.
    #[wasm_bindgen(js_name = setLocationMode)]
    pub fn set_location_mode(&self, mode: JsValue) -> Thrown<()> {
        thrown(self.account.set_location_mode(&mode))
    }
}

fn list_options(
    prefix: &JsValue,
    include_metadata: &JsValue,
    results_per_page: &JsValue,
) -> Result<service::ListOptions> {
    Ok(service::ListOptions {
        name_starts_with: text("name_starts_with", prefix)?,
        include_metadata: flag("include_metadata", include_metadata)?.unwrap_or_default(),
        results_per_page: integer(&limits::RESULTS_PER_PAGE, results_per_page)?,
    })
}
