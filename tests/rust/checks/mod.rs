//! What has to hold for any input whatever: run on a few thousand inputs in `properties.rs`, on millions by the targets
//! in `fuzz/`.

pub mod connection_strings;
pub mod errors;
pub mod planting;
pub mod sas;
pub mod sas_making;
pub mod seeds;
pub mod times;
pub mod urls;
pub mod xml;
pub mod xml_again;
pub mod xml_by_events;

/// Looks at one input, and panics when something does not hold.
pub type Check = fn(&[u8]);

/// Inputs to begin with.
pub type Seeds = fn() -> Vec<Vec<u8>>;

/// Every check by its name, which is that of its fuzz target too.
pub const CHECKS: [(&str, Check, Seeds); 7] = [
    ("xml", xml::check, seeds::xml),
    ("errors", errors::check, seeds::errors),
    ("sas", sas::check, seeds::sas),
    ("sas_making", sas_making::check, seeds::sas_making),
    ("connection_strings", connection_strings::check, seeds::connection_strings),
    ("urls", urls::check, seeds::urls),
    ("times", times::check, seeds::times),
];
