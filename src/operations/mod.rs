//! The REST operations, one file per resource. Each is a pair of plain functions: one
//! makes the request, one reads the response. Neither does I/O.

mod failure;
pub mod message;
mod operation;
pub mod properties;
pub mod queue;
pub mod service;

pub(crate) use failure::failure;
pub use operation::{Operation, Request, SERVICE_VERSION};
