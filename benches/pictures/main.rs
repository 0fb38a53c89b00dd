//! What a picture costs: to make it of an image, and to hand it out.
//!
//! `cargo bench --bench pictures` makes pictures of images of usual and of unusual sizes, and prints for each the least
//! time on processors, the most memory that was held beside what the program held before, and how many bytes the three
//! widths take. Then it takes one into a gallery and hands it out from memory, again and again. `--rounds N` says how
//! often each image is decoded.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "../store/clock.rs"]
#[expect(dead_code, reason = "the store's bench uses more of it")]
mod clock;
#[path = "../parse/rounds.rs"]
mod rounds;

use std::{fs, hint::black_box, io::Cursor, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use jiff::Timestamp;
use pressroll::{
    media::{Gallery, Header, Limits, PictureId, Renditions},
    model::picture::Encoding,
};

use self::clock::Watch;

/// How often a picture is handed out.
const READS: u32 = 200_000;

fn main() -> Result<()> {
    let rounds = rounds::asked_for(3)?;
    println!(
        "{:<26}{:>9}{:>9}{:>11}{:>11}{:>10}{:>10}",
        "image", "KB", "ms", "peak MiB", "reckoned", "WebP KB", "JPEG KB"
    );
    for (name, width, height, format) in [
        ("JPEG 1200 × 630", 1_200, 630, ImageFormat::Jpeg),
        ("PNG 1200 × 630", 1_200, 630, ImageFormat::Png),
        ("WebP 1200 × 630", 1_200, 630, ImageFormat::WebP),
        ("JPEG 12 megapixels", 4_000, 3_000, ImageFormat::Jpeg),
        ("JPEG 40 megapixels", 8_000, 5_000, ImageFormat::Jpeg),
        ("PNG 40 megapixels", 8_000, 5_000, ImageFormat::Png),
        ("PNG 40, with alpha", 8_000, 5_000, ImageFormat::Png),
        ("PNG 1200 × 8000", 1_200, 8_000, ImageFormat::Png),
    ] {
        let bytes = drawn(width, height, format, name.ends_with("alpha"))?;
        measure(name, &bytes, rounds)?;
    }
    serve()
}

/// Makes a picture of an image, and prints what it took.
fn measure(name: &str, bytes: &[u8], rounds: usize) -> Result<()> {
    let limits = Limits { bytes_max: u64::MAX, ..Limits::default() };
    let header = Header::read(bytes, &limits)?;
    let (mut least, mut peak) = (Duration::MAX, 0);
    let mut kept = None;
    for _ in 0..rounds {
        let before = resident()?;
        // From here on, the most that is held is counted anew.
        fs::write("/proc/self/clear_refs", "5")?;
        let mut watch = Watch::default();
        let made = watch.time(|| Ok(Renditions::of(bytes, &limits)?))?;
        least = least.min(watch.spent().cpu);
        peak = peak.max(of_status("VmHWM:")?.saturating_sub(before));
        kept = Some(made);
    }
    let kept = kept.context("no round")?;
    let size = |encoding: Encoding| -> usize {
        kept.files.iter().filter(|it| it.encoding == encoding).map(|it| it.bytes.len()).sum()
    };
    println!(
        "{name:<26}{:>9}{:>9.1}{:>11.1}{:>11.1}{:>10}{:>10}",
        bytes.len() / 1_000,
        least.as_secs_f64() * 1e3,
        peak as f64 / 1_024.0,
        header.decoding_bytes as f64 / f64::from(1 << 20),
        size(Encoding::Webp) / 1_000,
        size(Encoding::Jpeg) / 1_000
    );
    Ok(())
}

/// Hands a picture out from memory.
fn serve() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("pressroll-bench-pictures-{}", std::process::id()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (spent, length) = runtime.block_on(async {
        let gallery = Gallery::open(&folder, Limits::default(), Arc::new(|| Timestamp::UNIX_EPOCH))?;
        let id = PictureId::of("https://news.example.com/a.jpg", &[]);
        gallery.take(id, drawn(1_200, 630, ImageFormat::Jpeg, false)?.into()).await?;
        let first = gallery.read(&id, 640, Encoding::Webp).await.context("it is not kept")?;
        let began = std::time::Instant::now();
        for _ in 0..READS {
            black_box(gallery.read(&id, 640, Encoding::Webp).await);
        }
        Ok::<_, anyhow::Error>((began.elapsed(), first.len()))
    })?;
    fs::remove_dir_all(&folder)?;
    let each = spent.as_secs_f64() * 1e9 / f64::from(READS);
    println!("\nhanded out from memory: {each:.0} ns each, {length} bytes");
    Ok(())
}

/// An image that looks as busy as a photograph; the same each time.
fn drawn(width: u32, height: u32, format: ImageFormat, alpha: bool) -> Result<Vec<u8>> {
    let wave = |at: u32, long: f32| ((at as f32 / long).sin() * 60.0 + 120.0) as u8;
    let grain =
        |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).rotate_left(9) as u8 / 24;
    let pixel =
        |x: u32, y: u32| [wave(x, 90.0) + grain(x, y), wave(y, 70.0) + grain(y, x), wave(x + y, 150.0)];
    let image: DynamicImage = if alpha {
        RgbaImage::from_fn(width, height, |x, y| {
            let [red, green, blue] = pixel(x, y);
            Rgba([red, green, blue, wave(x, 200.0)])
        })
        .into()
    } else {
        RgbImage::from_fn(width, height, |x, y| Rgb(pixel(x, y))).into()
    };
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format)?;
    Ok(bytes.into_inner())
}

/// Memory that is held now, KiB.
fn resident() -> Result<u64> {
    of_status("VmRSS:")
}

/// A figure of this process, KiB.
fn of_status(name: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|it| it.strip_prefix(name)).context("no such figure")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
