//! The tree of html5ever and its serializer, and nothing between them.

use html5ever::{
    ParseOpts, QualName, local_name, ns, parse_fragment,
    serialize::{SerializeOpts, serialize},
    tendril::TendrilSink,
};
use markup5ever_rcdom::{RcDom, SerializableHandle};

/// A text read into a tree and written again.
pub fn read_and_written(text: &str) -> String {
    let around = QualName::new(None, ns!(html), local_name!("div"));
    let dom = parse_fragment(RcDom::default(), ParseOpts::default(), around, Vec::new(), false).one(text);
    let mut written = Vec::with_capacity(text.len());
    // The tree of a fragment hangs below an element of its own.
    let root = dom.document.children.borrow().first().cloned();
    let Some(root) = root else { return String::new() };
    // Writing into memory cannot fail.
    serialize(&mut written, &SerializableHandle::from(root), SerializeOpts::default()).unwrap_or_default();
    String::from_utf8(written).unwrap_or_default()
}
