//! A client, as `js/` wraps it: of an account, or of one of its queues. Methods take `&self`,
//! since two calls at once on a `&mut self` would throw. Arguments are checked before a
//! promise is made.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::clock::Clock;
use crate::codec::MessageEncoding;
use crate::connection_string::ConnectionString;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::http::Location;
use crate::limits::{self, Quoted};
use crate::pipeline::course::Course;
use crate::pipeline::{ClientOptions, Pipeline};
use crate::time::Timestamp;

use super::arguments;
use super::call::{self, Call};
use super::calls::{self, Operation};
use super::credential;
use super::fetch::{Fetch, Host, forget_old_core, now};
use super::input::Input;
use super::output::{Output, given, thrown};
use super::results;

/// A client.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Core(Rc<Client>);

pub(super) struct Client {
    pipeline: Pipeline,
    /// Empty for an account.
    queue: String,
}

/// Where the address of an account comes from.
const ACCOUNT_URL: usize = 0;
const QUEUE_URL: usize = 1;

/// What can be asked of a client, or set.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Question {
    /// The client of a queue of this account: a [`Core`]. Arguments: name.
    Queue,
    /// What the client is, without secrets.
    Description,
    /// The URL with its SAS: a secret.
    UrlWithSas,
    /// What the SAS in use says of itself.
    Sas,
    /// Puts another SAS in the place of the one in use.
    UpdateSas,
    /// Switches between the endpoints.
    SetLocationMode,
}

/// Takes the place of a core that has crashed. A signal of the caller's own may throw when nobody
/// listens to it any more.
#[wasm_bindgen(js_name = replaceOldCore)]
pub fn replace_old_core() {
    let _ = forget_old_core();
}

#[wasm_bindgen]
impl Core {
    /// Arguments: kind of address, address, credential, options, and for a queue its name.
    /// `source` is a credential that is a function or an object with `getToken`.
    pub fn open(text: &[u8], numbers: &[f64], source: JsValue) -> JsValue {
        given(open(&mut Input::new(text, numbers), source).map(Core::from).map_err(thrown))
    }

    /// Begins a call, which is known by this number from then on, and sends its request where nothing has to be waited
    /// for: see [`call::send`]. Arguments: options of the call, then those of the operation. Bad ones are refused at once.
    /// A call that was aborted before only begins.
    #[expect(clippy::too_many_arguments)]
    pub fn call(
        &self,
        number: u32,
        operation: Operation,
        text: &[u8],
        numbers: &[f64],
        bytes: Option<Vec<u8>>,
        host: Host,
        aborted: bool,
    ) -> JsValue {
        let fetch = Fetch::over(host);
        let now = fetch.now();
        let begun = self.0.begin(operation, &mut Input::new(text, numbers), bytes.as_deref(), now);
        given(begun.map_err(thrown).and_then(|(encoding, course)| {
            let call = Call::new(operation, encoding, fetch, course);
            call::begin(number, call, |call| if aborted { Ok(None) } else { call.send(now) })
        }))
    }

    /// Checks the arguments of a call that comes later; without an operation only its options.
    pub fn check(&self, operation: Option<Operation>, text: &[u8], numbers: &[f64]) -> JsValue {
        given(self.0.check(operation, &mut Input::new(text, numbers)).map_err(thrown))
    }

    /// Tells something of the client, or sets it.
    pub fn ask(&self, question: Question, text: &[u8], numbers: &[f64]) -> JsValue {
        given(self.0.answer(question, &mut Input::new(text, numbers)).map_err(thrown))
    }
}

impl From<Client> for Core {
    fn from(client: Client) -> Self {
        Core(Rc::new(client))
    }
}

fn open(input: &mut Input, source: JsValue) -> Result<Client> {
    let kind = input.kind();
    let (endpoint, credential, name) = match kind {
        ACCOUNT_URL => {
            let (endpoint, sas) = Endpoint::from_account_url(input.required("account_url")?)?;
            let given = credential::read(input, source, endpoint.account_name.as_deref())?;
            (endpoint, given.unwrap_or_default().or_sas(sas), None)
        }
        QUEUE_URL => {
            let (endpoint, name, sas) = Endpoint::from_queue_url(input.required("queue_url")?)?;
            let given = credential::read(input, source, endpoint.account_name.as_deref())?;
            (endpoint, given.unwrap_or_default().or_sas(sas), Some(name))
        }
        _ => {
            let parsed = ConnectionString::parse(input.required("connection_string")?)?;
            let given = credential::read(input, source, parsed.endpoint.account_name.as_deref())?;
            let (endpoint, credential) = parsed.with_credential(given)?;
            (endpoint, credential, None)
        }
    };
    let pipeline = Pipeline::new(endpoint, credential, options(input)?)?;
    let is_queue = input.kind() != 0;
    if is_queue { queue(pipeline, name, input) } else { Ok(Client { pipeline, queue: String::new() }) }
}

fn queue(pipeline: Pipeline, name: Option<String>, input: &mut Input) -> Result<Client> {
    let given = input.text("queue_name")?.map(str::to_owned);
    let queue = name.or(given).ok_or_else(|| Error::of_type("queue_name", "undefined", "text (a string)"))?;
    limits::queue_name(&queue)?;
    Ok(Client { pipeline, queue })
}

/// The options of a client but for those that stay in JavaScript: `fetch` and the hooks.
fn options(input: &mut Input) -> Result<ClientOptions> {
    let defaults = ClientOptions::default();
    let secondary_hostname = input.text("secondary_hostname")?;
    let service_version = input.text("service_version")?;
    let retry = arguments::retry_policy(input, defaults.retry)?;
    let try_timeout = input.millis(&limits::TRY_TIMEOUT)?.unwrap_or(defaults.try_timeout);
    let deadline = input.millis(&limits::DEADLINE)?.unwrap_or(defaults.deadline);
    let check_access = input.flag("check_access")?.unwrap_or(defaults.check_access);
    arguments::hooks(input)?;
    input.apart("fetch", "a function")?;
    Ok(ClientOptions {
        secondary_hostname: secondary_hostname.map(str::to_owned),
        service_version: service_version.map(str::to_owned),
        headers: input.headers()?,
        retry,
        try_timeout,
        deadline,
        check_access,
    })
}

impl Client {
    fn begin<'a>(
        &self,
        operation: Operation,
        input: &mut Input<'a>,
        bytes: Option<&'a [u8]>,
        now: Timestamp,
    ) -> Result<(MessageEncoding, Course)> {
        let Client { pipeline, queue } = self;
        let options = arguments::call_options(input, pipeline)?;
        let encoding = calls::encoding(operation, input)?;
        let request = calls::request(operation, queue, encoding, input, bytes)?;
        if operation == Operation::GetServiceStats {
            pipeline.endpoint().host(Location::Secondary)?;
        }
        Ok((encoding, pipeline.begin(request, options, now)?))
    }

    fn check(&self, operation: Option<Operation>, input: &mut Input) -> Result<JsValue> {
        arguments::call_options(input, &self.pipeline)?;
        if let Some(operation) = operation {
            let encoding = calls::encoding(operation, input)?;
            calls::request(operation, &self.queue, encoding, input, None)?;
        }
        Ok(JsValue::UNDEFINED)
    }

    fn answer(&self, question: Question, input: &mut Input) -> Result<JsValue> {
        let mut out = Output::default();
        match question {
            Question::Queue => return queue(self.pipeline.fork(), None, input).map(|client| Core::from(client).into()),
            Question::Description => self.describe(&mut out),
            Question::UrlWithSas => {
                let mut url = self.pipeline.endpoint().url(self.pipeline.location(), &self.path())?;
                if let Some(sas) = self.pipeline.credential().sas() {
                    sas.append_to(&mut url);
                }
                out.text(&url);
            }
            Question::Sas => match self.pipeline.credential().sas() {
                Some(sas) => results::sas_properties(&mut out, sas.properties()),
                None => return Ok(JsValue::UNDEFINED),
            },
            Question::UpdateSas => {
                let sas = input.text("sas")?;
                let sas = sas.ok_or_else(|| Error::of_type("sas", "undefined", "a shared access signature"))?;
                self.pipeline.update_sas(sas, now())?;
            }
            Question::SetLocationMode => self.pipeline.set_location(match input.required("location_mode")? {
                "primary" => Location::Primary,
                "secondary" => Location::Secondary,
                other => return Err(Error::value("location_mode", Quoted(other), "\"primary\" or \"secondary\"")),
            })?,
        }
        Ok(out.finish())
    }

    fn path(&self) -> String {
        ["/", &self.queue].concat()
    }

    /// URL, name of the account, version, location mode, and of both endpoints URL and host.
    fn describe(&self, out: &mut Output) {
        let endpoint = self.pipeline.endpoint();
        let url = |out: &mut Output, location| match endpoint.url(location, &self.path()) {
            Ok(mut url) => {
                if let Some(sas) = self.pipeline.credential().sas() {
                    sas.append_redacted_to(&mut url);
                }
                out.text(&url);
            }
            Err(_) => out.missing(),
        };
        url(out, self.pipeline.location());
        out.optional(endpoint.account_name.as_deref());
        out.text(self.pipeline.service_version());
        out.text(if self.pipeline.location() == Location::Primary { "primary" } else { "secondary" });
        url(out, Location::Primary);
        out.text(&endpoint.primary);
        url(out, Location::Secondary);
        out.optional(endpoint.secondary.as_deref());
        out.text(&self.queue);
    }
}
