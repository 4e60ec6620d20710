//! One queue and its messages, as `js/` wraps it. Methods take `&self`, since two calls at
//! once on a `&mut self` would throw. Arguments are checked before a promise is made.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::codec::{Content, MessageEncoding, encode};
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::limits;
use crate::operations::{message, queue};

use super::account::Account;
use super::call::{CallInit, Read, Thrown, nothing, thrown};
use super::codec::read_encoding;
use super::fetch::object;
use super::settings;
use super::values_in::{content, described, integer, pairs, property, required_text, text};
use super::values_out;

/// One queue.
#[wasm_bindgen]
pub struct QueueCore {
    account: Account,
    name: String,
    encoding: MessageEncoding,
}

#[wasm_bindgen]
impl QueueCore {
    /// From an account URL and a queue's name.
    #[wasm_bindgen(js_name = fromUrl)]
    pub fn from_url(url: JsValue, name: JsValue, credential: JsValue, options: JsValue) -> Thrown<QueueCore> {
        thrown((|| {
            let account = Account::from_url(&url, &credential, &options)?;
            QueueCore::new(account, &name, &property(&options, "options", "messageEncoding")?)
        })())
    }

    /// From a queue URL.
    #[wasm_bindgen(js_name = fromQueueUrl)]
    pub fn from_queue_url(url: JsValue, credential: JsValue, options: JsValue) -> Thrown<QueueCore> {
        thrown((|| {
            let (account, name) = Account::from_queue_url(&url, &credential, &options)?;
            QueueCore::new(account, &name.into(), &property(&options, "options", "messageEncoding")?)
        })())
    }

    /// From a connection string and a queue's name.
    #[wasm_bindgen(js_name = fromConnectionString)]
    pub fn from_connection_string(connection_string: JsValue, name: JsValue, options: JsValue) -> Thrown<QueueCore> {
        thrown((|| {
            let account = Account::from_connection_string(&connection_string, &options)?;
            QueueCore::new(account, &name, &property(&options, "options", "messageEncoding")?)
        })())
    }

    /// The queue's name.
    #[wasm_bindgen(getter)]
    pub fn name(&self) -> String {
        self.name.clone()
    }

    /// [Create Queue]
    pub fn create(&self, metadata: JsValue, call: Option<CallInit>) -> Thrown<Promise> {
        let request = pairs("metadata", &metadata).and_then(|metadata| queue::create(&self.name, &metadata));
        self.account.run(
            request,
            call,
            Box::new(|response| queue::create_response(response).map(|()| JsValue::UNDEFINED)),
        )
    }

    /// [Create Queue]: `true` when it was created.
    #[wasm_bindgen(js_name = createIfNotExists)]
    pub fn create_if_not_exists(&self, metadata: JsValue, call: Option<CallInit>) -> Thrown<Promise> {
        let request =
            pairs("metadata", &metadata).and_then(|metadata| queue::create_if_not_exists(&self.name, &metadata));
        let read = |response: &_| queue::create_if_not_exists_response(response).map(JsValue::from);
        self.account.run(request, call, Box::new(read))
    }

    /// [Delete Queue]
    pub fn delete(&self, call: Option<CallInit>) -> Thrown<Promise> {
        self.account.run(Ok(queue::delete(&self.name)), call, nothing())
    }

    /// [Delete Queue]: `true` when it was deleted.
    #[wasm_bindgen(js_name = deleteIfExists)]
    pub fn delete_if_exists(&self, call: Option<CallInit>) -> Thrown<Promise> {
        let read = |response: &_| queue::delete_if_exists_response(response).map(JsValue::from);
        self.account.run(Ok(queue::delete_if_exists(&self.name)), call, Box::new(read))
    }

    /// [Get Queue Metadata]: `true` when it is there.
    pub fn exists(&self, call: Option<CallInit>) -> Thrown<Promise> {
        let read = |response: &_| queue::exists_response(response).map(JsValue::from);
        self.account.run(Ok(queue::exists(&self.name)), call, Box::new(read))
    }

    /// [Get Queue Metadata]
    #[wasm_bindgen(js_name = getProperties)]
    pub fn get_properties(&self, call: Option<CallInit>) -> Thrown<Promise> {
        let read = |response: &_| queue::get_properties_response(response).map(values_out::queue_properties);
        self.account.run(Ok(queue::get_properties(&self.name)), call, Box::new(read))
    }

    /// [Set Queue Metadata]
    #[wasm_bindgen(js_name = setMetadata)]
    pub fn set_metadata(&self, metadata: JsValue, call: Option<CallInit>) -> Thrown<Promise> {
        let request = pairs("metadata", &metadata).and_then(|metadata| queue::set_metadata(&self.name, &metadata));
        self.account.run(request, call, nothing())
    }

    /// [Get Queue ACL]
    #[wasm_bindgen(js_name = getAccessPolicy)]
    pub fn get_access_policy(&self, call: Option<CallInit>) -> Thrown<Promise> {
        let read = |response: &_| queue::get_access_policy_response(response).map(values_out::access_policies);
        self.account.run(Ok(queue::get_access_policy(&self.name)), call, Box::new(read))
    }

    /// [Set Queue ACL]
    #[wasm_bindgen(js_name = setAccessPolicy)]
    pub fn set_access_policy(&self, identifiers: JsValue, call: Option<CallInit>) -> Thrown<Promise> {
        let request =
            settings::read_policies(&identifiers).and_then(|policies| queue::set_access_policy(&self.name, &policies));
        self.account.run(request, call, nothing())
    }

    /// [Put Message]: a page of one message.
    pub fn send(
        &self,
        message: JsValue,
        visibility_timeout: JsValue,
        time_to_live: JsValue,
        call: Option<CallInit>,
    ) -> Thrown<Promise> {
        let request = || -> Result<Request> {
            let content = content(&message)?;
            let text = encode(self.encoding, &content)?;
            let hidden = integer(&limits::VISIBILITY_TIMEOUT, &visibility_timeout)?;
            let lives = integer(&limits::TIME_TO_LIVE, &time_to_live)?;
            message::put(&self.name, &text, &content.described(), hidden, lives)
        };
        let read = |response: &_| {
            message::put_response(response).map(|sent| values_out::messages(vec![sent], MessageEncoding::Text))
        };
        self.account.run(request(), call, Box::new(read))
    }

    /// [Get Messages]: a page.
    pub fn receive(&self, number: JsValue, visibility_timeout: JsValue, call: Option<CallInit>) -> Thrown<Promise> {
        let request = || -> Result<Request> {
            let number = integer(&limits::MESSAGES_PER_PAGE, &number)?;
            let hidden = integer(&limits::RECEIVE_VISIBILITY_TIMEOUT, &visibility_timeout)?;
            message::get(&self.name, number, hidden)
        };
        self.account.run(request(), call, self.read_messages())
    }

    /// Checks what an iteration over messages is asked for, before its first page.
    #[wasm_bindgen(js_name = checkReceive)]
    pub fn check_receive(
        &self,
        per_page: JsValue,
        max: JsValue,
        visibility_timeout: JsValue,
        call: Option<CallInit>,
    ) -> Thrown<()> {
        thrown((|| {
            let per_page = integer(&limits::MESSAGES_PER_PAGE, &per_page)?;
            let max = integer(&limits::MAX_MESSAGES, &max)?;
            integer(&limits::RECEIVE_VISIBILITY_TIMEOUT, &visibility_timeout)?;
            message::check_max_messages(per_page, max)?;
            self.account.check_call(call)
        })())
    }

    /// Checks the options of a call whose content is encoded first.
    #[wasm_bindgen(js_name = checkCall)]
    pub fn check_call(&self, call: Option<CallInit>) -> Thrown<()> {
        thrown(self.account.check_call(call))
    }

    /// [Peek Messages]: a page.
    pub fn peek(&self, number: JsValue, call: Option<CallInit>) -> Thrown<Promise> {
        let request = integer(&limits::PEEK_MESSAGES, &number).and_then(|number| message::peek(&self.name, number));
        self.account.run(request, call, self.read_messages())
    }

    /// [Update Message]: the new pop receipt and the moment of the new visibility.
    pub fn update(
        &self,
        id: JsValue,
        pop_receipt: JsValue,
        message: JsValue,
        visibility_timeout: JsValue,
        call: Option<CallInit>,
    ) -> Thrown<Promise> {
        let request = || -> Result<Request> {
            let hidden = integer(&limits::VISIBILITY_TIMEOUT, &visibility_timeout)?.unwrap_or_default();
            let content = if message.is_undefined() { None } else { Some(content(&message)?) };
            let text = content.as_ref().map(|content| encode(self.encoding, content)).transpose()?;
            let given = content.as_ref().map(Content::described).unwrap_or_default();
            let text = text.as_ref().map(|text| (text.as_ref(), given.as_str()));
            message::update(&self.name, &id_of(&id)?, &pop_receipt_of(&pop_receipt)?, text, hidden)
        };
        self.account.run(request(), call, Box::new(read_receipt))
    }

    /// [Update Message], its content left alone.
    #[wasm_bindgen(js_name = updateVisibilityTimeout)]
    pub fn update_visibility_timeout(
        &self,
        id: JsValue,
        pop_receipt: JsValue,
        visibility_timeout: JsValue,
        call: Option<CallInit>,
    ) -> Thrown<Promise> {
        const RANGE: limits::Range = limits::VISIBILITY_TIMEOUT;
        let request = || -> Result<Request> {
            let hidden = integer(&RANGE, &visibility_timeout)?;
            let hidden = hidden.ok_or_else(|| Error::of_type(RANGE.argument, "undefined", RANGE.allowed))?;
            message::update(&self.name, &id_of(&id)?, &pop_receipt_of(&pop_receipt)?, None, hidden)
        };
        self.account.run(request(), call, Box::new(read_receipt))
    }

    /// [Delete Message]
    #[wasm_bindgen(js_name = deleteMessage)]
    pub fn delete_message(&self, id: JsValue, pop_receipt: JsValue, call: Option<CallInit>) -> Thrown<Promise> {
        let request =
            || -> Result<Request> { message::delete(&self.name, &id_of(&id)?, &pop_receipt_of(&pop_receipt)?) };
        self.account.run(request(), call, nothing())
    }

    /// [Clear Messages]
    pub fn clear(&self, call: Option<CallInit>) -> Thrown<Promise> {
        self.account.run(Ok(message::clear(&self.name)), call, nothing())
    }

    /// What the client is, without secrets: an object of texts.
    pub fn describe(&self) -> JsValue {
        self.account.describe(&format!("/{}", self.name))
    }

    /// The URL with its SAS: a secret.
    #[wasm_bindgen(js_name = urlWithSas)]
    pub fn url_with_sas(&self) -> Thrown<String> {
        thrown(self.account.url_with_sas(&format!("/{}", self.name)))
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

impl QueueCore {
    /// A queue of an account.
    pub(super) fn new(account: Account, name: &JsValue, encoding: &JsValue) -> Result<Self> {
        let name = required_text("queue_name", name)?;
        limits::queue_name(&name)?;
        let encoding = read_encoding(encoding)?;
        Ok(QueueCore { account, name, encoding })
    }

    fn read_messages(&self) -> Read {
        let encoding = self.encoding;
        Box::new(move |response| {
            message::read_messages(response).map(|messages| values_out::messages(messages, encoding))
        })
    }
}

fn read_receipt(response: &Response) -> Result<JsValue> {
    message::update_response(response).map(|receipt| {
        let next_visible_on = values_out::date(receipt.next_visible_on);
        object(&[("popReceipt", receipt.pop_receipt.into()), ("nextVisibleOn", next_visible_on)]).into()
    })
}

fn id_of(value: &JsValue) -> Result<String> {
    value.as_string().ok_or_else(|| Error::of_type("message", described(value), "a message or the id of one"))
}

fn pop_receipt_of(value: &JsValue) -> Result<String> {
    const ALLOWED: &str = "given, either with the message or as the option popReceipt (peeked messages have none)";
    text("pop_receipt", value)?.ok_or_else(|| Error::of_type("pop_receipt", "undefined", ALLOWED))
}
