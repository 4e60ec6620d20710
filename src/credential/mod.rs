//! Credentials: the only place that handles secrets.

mod bearer;
mod challenge;
#[expect(clippy::module_inception, reason = "the credential is what this folder is about")]
mod credential;
mod pasted;
mod permissions;
mod renewed;
mod sas_access;
mod sas_fields;
mod sas_making;
mod sas_source;
mod sas_token;
mod shared_key;
mod source;

pub use bearer::{AccessToken, Bearer, DEFAULT_AUDIENCE, TokenRequest, TokenSource};
pub use credential::{Credential, Proof};
pub(crate) use pasted::{connection_string_in, unquoted};
pub use permissions::Rights;
pub(crate) use sas_fields::unescape;
pub use sas_making::{
    AccountSas, QueueSas, UserDelegationKey, account_permissions, queue_permissions, resource_types, services,
};
pub use sas_source::SasSource;
pub use sas_token::{SasKind, SasProperties, SasToken};
pub use shared_key::SharedKey;
pub use source::{Failure, SourceFuture};
