//! What `pressroll status` says of the store.

use serde_json::{Value, json};

use super::{node::Node, outcome::Failure, output, wiring::House};

/// How the store stands.
pub struct Standing {
    address: String,
    engine: &'static str,
    schema: i64,
    entries: i64,
    /// Absent where asking would cost something.
    bytes: Option<u64>,
    /// Names of the nodes that poll at this moment.
    holders: Vec<String>,
}

impl Standing {
    /// Asks the store of `house`, which holds that many entries.
    pub async fn of(house: &House, entries: i64) -> Result<Self, Failure> {
        let place = &house.config.store;
        let file = place.file();
        let size = |path: &std::path::Path| std::fs::metadata(path).map(|it| it.len()).ok();
        let bytes = file.as_deref().and_then(size).map(|bytes| {
            let log = file.as_ref().map(|it| {
                let mut log = it.as_os_str().to_owned();
                log.push("-wal");
                log
            });
            bytes + log.and_then(|it| size(it.as_ref())).unwrap_or(0)
        });
        let now_ms = (house.clock)().as_millisecond();
        let mut holders = house.store.holders(now_ms).await.map_err(Failure::store)?;
        holders.sort();
        Ok(Self {
            address: place.shown(),
            engine: if file.is_some() { "sqlite" } else { "postgresql" },
            schema: house.store.opened().version,
            entries,
            bytes,
            holders,
        })
    }

    /// As an object.
    pub fn object(&self) -> Value {
        let holder = |name: &String| {
            let node = Node::parse(name);
            json!({ "node": name, "host": node.as_ref().map(|it| &it.host), "process": node.as_ref().map(|it| it.process) })
        };
        let holders: Vec<_> = self.holders.iter().map(holder).collect();
        json!({ "url": self.address, "engine": self.engine, "schema": self.schema, "entries": self.entries,
                "bytes": self.bytes, "holders": holders })
    }

    /// In two lines.
    pub fn text(&self) -> String {
        let size = self.bytes.map(|it| format!(", {}", output::size(it))).unwrap_or_default();
        let what =
            format!("{}, schema version {}, {} entries{size}", self.address, self.schema, self.entries);
        let shown = |name: &String| match Node::parse(name) {
            Some(node) => format!("{} (process {})", node.host, node.process),
            None => name.clone(),
        };
        let holders: Vec<String> = self.holders.iter().map(shown).collect();
        let polling =
            if holders.is_empty() { "nobody at this moment".to_owned() } else { holders.join(", ") };
        let row = |name: &str, value: String| vec![name.to_owned(), value];
        output::table(&[row("store", what), row("polling", polling)])
    }
}
