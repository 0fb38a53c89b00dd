//! The steps that are measured, and what each costs.

use std::{hint::black_box, io, time::Duration};

use anyhow::{Result, bail};
use pressroll::{
    model::Document,
    parse::{self, Limits, stages},
};
use quick_xml::{NsReader, events::Event};
use url::Url;

use super::{clock::Watch, documents::Class};

/// The documents of a class are read again until so much is read, so that the clock's own cost does not count.
const BYTES_MIN: usize = 2_000_000;

/// One thing that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Bytes into text.
    Decode,
    /// Text into fields, and the flat document that feed-rs is handed.
    Mend,
    /// feed-rs on that document.
    FeedRsMended,
    /// What feed-rs drops, and everything put together.
    Hints,
    /// All of it, as the product calls it.
    Whole,
    /// feed-rs on the document as it came.
    FeedRsAlone,
    /// quick-xml's loop of events with namespaces, and nothing done with them.
    Events,
}

impl Step {
    /// All of them, in the order in which they are printed.
    pub const ALL: [Self; 7] = [
        Self::Decode,
        Self::Mend,
        Self::FeedRsMended,
        Self::Hints,
        Self::Whole,
        Self::FeedRsAlone,
        Self::Events,
    ];

    /// In a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Mend => "mend (scan, shape, print)",
            Self::FeedRsMended => "feed-rs on what mend printed",
            Self::Hints => "hints and drafts",
            Self::Whole => "pressroll, whole",
            Self::FeedRsAlone => "feed-rs alone",
            Self::Events => "quick-xml, events alone",
        }
    }
}

/// What each step costs for the documents of a class, each read once.
#[derive(Debug)]
pub struct Costs([f64; Step::ALL.len()]);

impl Costs {
    /// Seconds on processors.
    pub fn of(&self, step: Step) -> f64 {
        Step::ALL.iter().zip(self.0).find(|(it, _)| **it == step).map_or(f64::NAN, |(_, seconds)| seconds)
    }
}

/// Measures every step in every round, so that a busy moment of the machine spoils none more than another.
pub fn measure(class: &Class, rounds: usize) -> Result<Costs> {
    let times = BYTES_MIN.div_ceil(class.bytes());
    let inputs: Vec<&[u8]> = (0..times).flat_map(|_| &class.documents).map(Vec::as_slice).collect();
    let mut least = [Duration::MAX; Step::ALL.len()];
    for _ in 0..rounds {
        for (step, least) in Step::ALL.into_iter().zip(&mut least) {
            *least = (*least).min(time(step, &inputs)?);
        }
    }
    Ok(Costs(least.map(|it| it.as_secs_f64() / times as f64)))
}

/// What it costs to take this step for every input, each time with what the steps before it have made ready.
fn time(step: Step, inputs: &[&[u8]]) -> Result<Duration> {
    let base = Url::parse("https://press.example/feed.xml")?;
    let document = |bytes| Document { bytes, content_type: None, base: Some(&base) };
    let limits = Limits::default();
    let mut watch = Watch::default();
    if matches!(step, Step::Whole | Step::FeedRsAlone | Step::Events | Step::Decode) {
        watch.time(|| {
            inputs.iter().try_for_each(|bytes| {
                match step {
                    Step::Decode => drop(black_box(stages::decode(&document(bytes)))),
                    Step::Whole => drop(black_box(parse::feed(&document(bytes))?)),
                    Step::FeedRsAlone => drop(black_box(alone(bytes)?)),
                    _ => drop(black_box(events(bytes)?)),
                }
                Ok(())
            })
        })?;
        return Ok(watch.spent().cpu);
    }
    let texts: Vec<_> = inputs.iter().map(|bytes| stages::decode(&document(bytes))).collect();
    let mend = || {
        let mended = texts.iter().map(|text| {
            let mended = stages::mend(text, Some(&base), &limits);
            let print = mended.print();
            (mended, print)
        });
        Ok(mended.collect::<Vec<_>>())
    };
    let (mended, prints): (Vec<_>, Vec<_>) = match step {
        Step::Mend => watch.time(mend),
        _ => mend(),
    }?
    .into_iter()
    .unzip();
    let read = || prints.iter().map(|it| Ok(stages::read(it)?)).collect::<Result<Vec<_>>>();
    match step {
        Step::Mend => {}
        Step::FeedRsMended => drop(watch.time(read)?),
        Step::Hints => {
            let read = read()?;
            watch.time(|| {
                mended.into_iter().zip(read).for_each(|(it, read)| drop(black_box(it.into_feed(read))));
                Ok(())
            })?;
        }
        other => bail!("{other:?} is measured before"),
    }
    Ok(watch.spent().cpu)
}

/// feed-rs as it comes, but for HTML, which it would clean.
pub fn alone(bytes: &[u8]) -> Result<feed_rs::model::Feed> {
    Ok(feed_rs::parser::Builder::new().sanitize_content(false).build().parse(bytes)?)
}

/// How many events there are.
pub fn events(bytes: &[u8]) -> io::Result<usize> {
    let mut reader = NsReader::from_reader(bytes);
    let mut count = 0;
    loop {
        match reader.read_resolved_event().map_err(io::Error::other)? {
            (_, Event::Eof) => return Ok(count),
            event => drop(black_box(event)),
        }
        count += 1;
    }
}
