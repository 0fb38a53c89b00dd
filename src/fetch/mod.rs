//! The only door to the outside: conditional, bounded, guarded requests.
