//! argv to exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    codegraph::cli::run(std::env::args_os().collect())
}
