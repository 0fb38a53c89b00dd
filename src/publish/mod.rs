//! Store to editions: what readers are handed.

pub mod on_demand;
mod plates;
pub mod press;
mod programme;
mod shortlist;
pub mod stand;

pub use on_demand::{OnDemand, WidgetError};
pub use press::{Parts, Publish, PublishError};
pub use programme::{Compiled, Programme};
pub use stand::{Newsstand, Showing, Standing};
