//! A brand's accent made readable: its hue and saturation stay, its lightness moves until letters in it can be read.

use crate::model::publication::Accent;

/// Accent on light surfaces where the brand names none.
pub const DEFAULT_LIGHT: Accent = Accent([0x0b, 0x6e, 0x4f]);
/// Accent on dark surfaces where the brand names none.
pub const DEFAULT_DARK: Accent = Accent([0x4c, 0xc3, 0x8a]);
/// The light surface.
pub const SURFACE_LIGHT: Accent = Accent([0xff, 0xff, 0xff]);
/// The dark surface.
pub const SURFACE_DARK: Accent = Accent([0x14, 0x16, 0x18]);
/// Least contrast of letters in the accent against their surface (WCAG 2.2, 1.4.3).
pub const CONTRAST_MIN: f64 = 4.5;
/// Steps in which the lightness moves, over its whole range.
const LIGHTNESS_STEPS: u16 = 200;

/// An accent for light and for dark surfaces, both readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// On the light surface.
    pub light: Accent,
    /// On the dark surface.
    pub dark: Accent,
}

impl Pair {
    /// The two accents made of a brand's one, or the defaults.
    pub fn of(accent: Option<Accent>) -> Self {
        match accent {
            None => Self { light: DEFAULT_LIGHT, dark: DEFAULT_DARK },
            Some(accent) => {
                Self { light: readable(accent, SURFACE_LIGHT), dark: readable(accent, SURFACE_DARK) }
            }
        }
    }
}

/// The colour nearest to `accent` in lightness that stands out from `surface` by [`CONTRAST_MIN`]: itself if it does,
/// else darker on a light surface, lighter on a dark one.
pub fn readable(accent: Accent, surface: Accent) -> Accent {
    if contrast(accent, surface) >= CONTRAST_MIN {
        return accent;
    }
    let (hue, saturation, lightness) = to_hsl(accent);
    let target = if luminance(surface) > 0.5 { 0.0 } else { 1.0 };
    (1..=LIGHTNESS_STEPS)
        .map(|step| lightness + (target - lightness) * f64::from(step) / f64::from(LIGHTNESS_STEPS))
        .map(|moved| from_hsl(hue, saturation, moved))
        .find(|candidate| contrast(*candidate, surface) >= CONTRAST_MIN)
        .unwrap_or(accent)
}

/// The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast(one: Accent, other: Accent) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance").
fn luminance(colour: Accent) -> f64 {
    let [red, green, blue] = colour.0.map(|byte| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Hue in sixths of the circle (0 to 6), saturation and lightness (0 to 1).
fn to_hsl(colour: Accent) -> (f64, f64, f64) {
    let [red, green, blue] = colour.0.map(|byte| f64::from(byte) / 255.0);
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let (spread, lightness) = (most - least, f64::midpoint(most, least));
    if spread <= 0.0 {
        return (0.0, 0.0, lightness);
    }
    let saturation = spread / (1.0 - (2.0 * lightness - 1.0).abs());
    let hue = if most <= red {
        ((green - blue) / spread).rem_euclid(6.0)
    } else if most <= green {
        (blue - red) / spread + 2.0
    } else {
        (red - green) / spread + 4.0
    };
    (hue, saturation, lightness)
}

/// The way back from [`to_hsl`], rounded to bytes.
fn from_hsl(hue: f64, saturation: f64, lightness: f64) -> Accent {
    let reach = saturation * lightness.min(1.0 - lightness);
    let part = |offset: f64| {
        let place = (offset + hue * 2.0).rem_euclid(12.0);
        let value = lightness - reach * (place - 3.0).min(9.0 - place).clamp(-1.0, 1.0);
        // A float cast saturates, so what rounding leaves outside 0 to 255 becomes the nearest byte.
        (value * 255.0).round() as u8
    };
    Accent([part(0.0), part(8.0), part(4.0)])
}
