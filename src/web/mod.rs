//! HTTP out: the only place that names axum and status codes.
