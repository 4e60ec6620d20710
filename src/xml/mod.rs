//! The XML of the service: a pull reader and an escaping writer.

mod reader;
mod writer;

pub(crate) use reader::{Reader, broken};
pub(crate) use writer::Writer;
