//! What a JPEG file costs to decode, by its frame header (ITU-T T.81, section B.2): most are put together row by row, but
//! one whose scans each bring a part of every pixel is kept as coefficients until the last of them has come.

/// Components of a frame at most: CMYK has four.
const COMPONENTS_MAX: usize = 4;
/// Bytes of one coefficient.
const COEFFICIENT_BYTES: u64 = 2;
/// The marker that begins a scan, after its 0xff.
const SOS: u8 = 0xda;

/// A component's sampling factors, across and down.
type Factors = (u64, u64);

/// Memory for coefficients in bytes, for an image of this size. What cannot be understood counts as the dearest there is.
pub(super) fn coefficients_bytes(bytes: &[u8], (width, height): (u32, u32)) -> u64 {
    let dearest = u64::from(width) * u64::from(height) * COMPONENTS_MAX as u64 * COEFFICIENT_BYTES;
    let Some(frame) = Frame::read(bytes) else { return dearest };
    if !frame.waits {
        return 0;
    }
    let across = frame.factors.iter().map(|it| it.0).max().unwrap_or(1);
    let down = frame.factors.iter().map(|it| it.1).max().unwrap_or(1);
    let units = u64::from(width).div_ceil(8 * across) * u64::from(height).div_ceil(8 * down);
    frame.factors.iter().map(|(across, down)| units * 64 * across * down * COEFFICIENT_BYTES).sum()
}

/// How many scans there are at most: each goes over all pixels once more. Within coded data the marker cannot stand.
pub(super) fn scans(bytes: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, &[0xff, SOS]).count()
}

/// The frame header, and what the first scan says.
struct Frame {
    factors: Vec<Factors>,
    /// Whether all scans have to come before the first row is known.
    waits: bool,
}

impl Frame {
    /// `None` unless segment follows on segment, with one frame header among them, up to the first scan.
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
        let mut frame: Option<Self> = None;
        loop {
            let (marker, body);
            (marker, body, rest) = segment(rest)?;
            match marker {
                SOS => {
                    let mut frame = frame?;
                    frame.waits |= usize::from(*body.first()?) != frame.factors.len();
                    return Some(frame);
                }
                // Start of frame, but for the three markers among them that are tables and extensions.
                0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                    let found = Self { factors: factors(body)?, waits: marker == 0xc2 };
                    if frame.replace(found).is_some() {
                        return None;
                    }
                }
                _ => {}
            }
        }
    }
}

/// The first segment: its marker, what it holds, and what follows.
fn segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let after = bytes.strip_prefix(b"\xff")?;
    // Any number of fill bytes may stand before a marker.
    let fill = after.iter().take_while(|it| **it == 0xff).count();
    let (marker, after) = after.get(fill..)?.split_first()?;
    let (length, _) = after.split_first_chunk::<2>()?;
    let (held, rest) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
    Some((*marker, held.get(2..)?, rest))
}

/// The sampling factors of a frame header's components.
fn factors(header: &[u8]) -> Option<Vec<Factors>> {
    let (count, components) = header.get(5..)?.split_first()?;
    let count = usize::from(*count);
    let components = components.get(..count.checked_mul(3)?)?;
    let is_known = (1..=COMPONENTS_MAX).contains(&count);
    let factors = components.chunks_exact(3).filter_map(|it| it.get(1));
    let factors: Vec<_> = factors.map(|it| (u64::from(it >> 4), u64::from(it & 15))).collect();
    (is_known && factors.iter().all(|it| it.0 > 0 && it.1 > 0)).then_some(factors)
}
