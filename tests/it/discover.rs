//! Looking for the feeds of a site, and adding them.
