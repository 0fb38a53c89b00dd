//! How often a bench measures, as whoever starts it says.

use anyhow::{Context, Result, bail};

/// The number after `--rounds` among the words that this bench was started with, else `usual`.
pub fn asked_for(usual: usize) -> Result<usize> {
    let mut rounds = usual;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // Cargo says so itself.
            "--bench" => {}
            "--rounds" => {
                let number = arguments.next().and_then(|it| it.parse().ok());
                rounds = number.context("a number is missing after --rounds")?;
            }
            other => bail!("there is no “{other}”: say --rounds N"),
        }
    }
    Ok(rounds)
}
