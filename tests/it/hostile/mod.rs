//! What publishers may send in an image's place, judged from outside: the real binary, a scripted publisher, and what
//! comes back over HTTP.

mod files;
mod pictures;
mod places;
