//! Where a feed says that it is pushed from.
