//! Writes the inputs that every target begins with, a folder for each: `cargo run --example seeds FOLDER`.

use std::path::PathBuf;
use std::{env, fs};

use azure_queue_wasm_fuzz::checks::CHECKS;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).expect("a folder to write to"));
    for (name, _, seeds) in CHECKS {
        let folder = folder.join(name);
        fs::create_dir_all(&folder)?;
        for (at, seed) in seeds().into_iter().enumerate() {
            fs::write(folder.join(format!("seed-{at:02}")), seed)?;
        }
    }
    Ok(())
}
