//! The players of films that a text may frame: as the sanitizer writes their addresses, and nothing else.

/// YouTube's that sets no cookie before the reader presses play; the film's name follows.
pub const YOUTUBE: &str = "https://www.youtube-nocookie.com/embed/";
/// Vimeo's; the film's number follows.
pub const VIMEO: &str = "https://player.vimeo.com/video/";
