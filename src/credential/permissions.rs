//! The permissions that a call needs.

/// What a credential must allow for a call: a row of the tables of "Create a service SAS"
/// and "Create an account SAS" of the REST reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// The permission of a SAS for one queue; `None` when no such SAS will do.
    pub queue: Option<&'static str>,
    /// The resource type of a SAS for an account, and the permissions of which one will do;
    /// `None` when no such SAS will do.
    pub account: Option<(&'static str, &'static str)>,
    /// Whether an account key will do.
    pub key: bool,
}

impl Rights {
    /// What no shared access signature allows.
    pub const NO_SAS: Rights = Rights { queue: None, account: None, key: true };
    /// What only an access token allows.
    pub const TOKEN_ONLY: Rights = Rights { key: false, ..Rights::NO_SAS };

    /// Letters; none for the queue is what a SAS for an account alone allows.
    pub const fn of(queue: &'static str, resource_type: &'static str, account: &'static str) -> Self {
        let queue = if queue.is_empty() { None } else { Some(queue) };
        Rights { queue, account: Some((resource_type, account)), key: true }
    }
}
