//! State shared by the clients of an account.

use std::rc::Rc;

use crate::clock::Clock;
use crate::connection_string::ConnectionString;
use crate::credential::Credential;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::http::Transport;
use crate::operations::Request;
use crate::pipeline::{Answer, CallOptions, ClientOptions, Pipeline};

/// An account and what carries requests to it; clients of the same account share one.
pub(super) struct Account<T> {
    pub(super) pipeline: Pipeline,
    pub(super) transport: Rc<T>,
}

impl<T: Transport + Clock> Account<T> {
    pub(super) fn from_url(
        account_url: &str,
        credential: Credential,
        options: ClientOptions,
        transport: T,
    ) -> Result<Self> {
        let (endpoint, sas) = Endpoint::from_account_url(account_url)?;
        let pipeline = Pipeline::new(endpoint, credential.or_sas(sas), options)?;
        Ok(Account { pipeline, transport: Rc::new(transport) })
    }

    pub(super) fn from_connection_string(
        connection_string: &str,
        options: ClientOptions,
        transport: T,
    ) -> Result<Self> {
        let (endpoint, credential) = ConnectionString::parse(connection_string)?.with_credential(None)?;
        Ok(Account { pipeline: Pipeline::new(endpoint, credential, options)?, transport: Rc::new(transport) })
    }

    pub(super) fn fork(&self) -> Self {
        Account { pipeline: self.pipeline.fork(), transport: Rc::clone(&self.transport) }
    }

    pub(super) async fn run(&self, request: Request, call: &CallOptions) -> Result<Answer> {
        self.pipeline.execute(&*self.transport, request, call.clone()).await
    }

    pub(super) fn update_sas(&self, sas: &str) -> Result<()> {
        self.pipeline.update_sas(sas, self.transport.now())
    }
}
