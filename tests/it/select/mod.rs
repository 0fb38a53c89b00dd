//! Selections, looked at from outside: what belongs, in which order, under which id and date.

mod gate;
mod order;
mod rules;
mod stories;
mod world;
