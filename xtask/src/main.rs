//! The build's command lines under one roof: `npm run setup` builds this once, and the scripts
//! call it where others call a global `wasm-bindgen`.

use std::{env, ffi::OsString, fs, process::ExitCode};

use wasm_bindgen_cli::{wasm_bindgen, wasm_bindgen_test_runner};

const USAGE: &str = "usage: xtask bindgen ARGS..      wasm-bindgen: wasm in, JavaScript glue out
       xtask test-runner ARGS..  wasm-bindgen-test-runner: runs a test binary in Node
       xtask deflate IN OUT      raw DEFLATE, as small as it gets";

fn main() -> ExitCode {
    let mut args = env::args_os().skip(1);
    let command = args.next().unwrap_or_default();
    // Both parsers take a program's name before its arguments, as `main` gets them.
    let with_name = |name: &str| [OsString::from(name)].into_iter().chain(args);

    let outcome = match command.to_str() {
        Some("bindgen") => wasm_bindgen::run_cli_with_args(with_name("xtask bindgen")),
        Some("test-runner") => wasm_bindgen_test_runner::run_cli_with_args(with_name("xtask test-runner")),
        Some("deflate") => deflate(env::args_os().skip(2).collect()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}

fn deflate(files: Vec<OsString>) -> anyhow::Result<()> {
    let [from, to] = files.as_slice() else { anyhow::bail!("{USAGE}") };
    let (bytes, out) = (fs::read(from)?, fs::File::create(to)?);
    Ok(zopfli::compress(zopfli::Options::default(), zopfli::Format::Deflate, bytes.as_slice(), out)?)
}
