//! The seam: what happened, kept. One contract, its engine inside.
