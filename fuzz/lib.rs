//! The checks of the crate's own tests, for the fuzz targets.

#[path = "../tests/rust/checks/mod.rs"]
pub mod checks;
#[path = "../tests/rust/known.rs"]
pub mod known;
#[path = "../tests/rust/planted.rs"]
pub mod planted;
#[path = "../tests/rust/script.rs"]
pub mod script;
