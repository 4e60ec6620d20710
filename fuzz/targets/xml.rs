#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| azure_queue_wasm_fuzz::checks::xml::check(data));
