//! Pictures of entries: lined up, claimed, settled, and taken out again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{change, distinct, lists};
use crate::{
    model::{EntryId, Picture, SourceId, entry::Kept},
    store::{
        Limits, PictureClaim, PictureCount, Pictured, Stocked, StoreError, entry, logo, picture,
        session::{Session, Work},
        source,
        value::Value,
    },
};

/// Entries whose pictures are due, the newest first.
pub struct Due {
    pub now_ms: i64,
    pub limit: usize,
}

impl Work for Due {
    type Answer = Vec<(EntryId, SourceId)>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let rows =
            on.rows(picture::DUE, &[self.now_ms.into(), (self.limit as i64).into()]).await?.into_iter();
        rows.map(|mut row| Ok((EntryId(row.int()?), entry::read_source(&mut row)?))).collect()
    }
}

/// Claims the pictures of entries, which stand in the order of their ids.
pub struct Take {
    pub entries: Vec<EntryId>,
    pub now_ms: i64,
    pub until_ms: i64,
}

impl Work for Take {
    type Answer = Vec<PictureClaim>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let values = |it: &EntryId| vec![self.until_ms.into(), it.0.into(), self.now_ms.into()];
        let values: Vec<Vec<Value<'_>>> = self.entries.iter().map(values).collect();
        let written = on.execute_each(picture::CLAIM, &values).await?;
        let granted = self.entries.iter().zip(written).filter(|(_, written)| *written > 0);
        let mut claims = Vec::new();
        for (count, values) in lists(&[], granted.map(|(it, _)| it.0)) {
            for mut row in on.rows(&picture::claims(count), &values).await? {
                let (entry, source) = (EntryId(row.int()?), entry::read_source(&mut row)?);
                let failures = u32::try_from(row.int()?).unwrap_or(u32::MAX);
                claims.push(PictureClaim { entry, source, failures, until_ms: self.until_ms });
            }
        }
        Ok(claims)
    }
}

/// Gives claims up unused.
pub struct GiveUp(pub Vec<PictureClaim>);

impl Work for GiveUp {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let values = |it: &PictureClaim| vec![it.entry.0.into(), it.until_ms.into()];
        let values: Vec<Vec<Value<'_>>> = self.0.iter().map(values).collect();
        on.execute_each(picture::GIVE_UP, &values).await.map(drop)
    }
}

/// Keeps what came of fetching images of several entries; the number of the change, if readers are to see any.
pub struct Settle {
    /// In the order of their entries.
    pub pictured: Vec<Pictured>,
    pub now_ms: i64,
}

impl Work for Settle {
    type Answer = Option<i64>;

    async fn run<S: Session>(&self, on: &S) -> Result<Option<i64>, StoreError> {
        // As a round does, and before anything is looked at: neither waits for the other with the change counter in its
        // hands.
        let sources: BTreeSet<&SourceId> = self.pictured.iter().map(|it| &it.claim.source).collect();
        let held: Vec<Vec<Value<'_>>> = sources.iter().map(|it| vec![it.as_str().into()]).collect();
        on.execute_each(source::HOLD, &held).await?;
        let values: Vec<Vec<Value<'_>>> = self.pictured.iter().map(|it| self.values(it)).collect();
        let written = on.execute_each(picture::SETTLE, &values).await?;
        let (holding, late): (Vec<_>, Vec<_>) =
            self.pictured.iter().zip(written).partition(|(_, written)| *written > 0);
        let before = of(on, holding.iter().map(|(it, _)| it.claim.entry)).await?;
        let is_news = |it: &&Pictured| {
            let before = before.get(&it.claim.entry);
            before.map_or(!it.pictures.is_empty(), |(lead, all)| *lead != it.lead || *all != it.pictures)
        };
        let news: Vec<&Pictured> = holding.into_iter().map(|(it, _)| it).filter(is_news).collect();
        // What was fetched for an entry that has changed meanwhile is shown by nobody, unless by another.
        let late = late.into_iter().flat_map(|(it, _)| it.pictures.iter().map(|it| it.path.clone()));
        let old = news.iter().filter_map(|it| before.get(&it.claim.entry));
        let old = old.flat_map(|(_, all)| all.iter().map(|it| it.path.clone()));
        let paths: Vec<String> = late.chain(old).collect();
        if news.is_empty() && paths.is_empty() {
            return Ok(None);
        }
        for (count, values) in lists(&[], news.iter().map(|it| it.claim.entry.0)) {
            on.execute(&picture::take(count), &values).await?;
        }
        let number = change(on).await?;
        let rows: Vec<_> = news.iter().flat_map(|it| picture::bind(it, number)).collect();
        on.write(&picture::KEEP, &rows).await?;
        let new: Vec<&String> = news.iter().flat_map(|it| it.pictures.iter().map(|it| &it.path)).collect();
        for (count, values) in lists(&[], distinct(new)) {
            on.execute(&picture::back(count), &values).await?;
        }
        let changed: BTreeSet<&SourceId> = news.iter().map(|it| &it.claim.source).collect();
        let changed: Vec<Vec<Value<'_>>> =
            changed.iter().map(|it| vec![number.into(), it.as_str().into()]).collect();
        on.execute_each(source::CHANGED, &changed).await?;
        let_go(on, &paths, number, self.now_ms).await?;
        Ok(Some(number))
    }
}

impl Settle {
    fn values<'a>(&self, it: &'a Pictured) -> Vec<Value<'a>> {
        vec![
            it.due_ms.into(),
            i64::from(it.failures).into(),
            it.error.as_ref().into(),
            self.now_ms.into(),
            it.claim.entry.0.into(),
            it.claim.until_ms.into(),
        ]
    }
}

/// Which of an entry's pictures stands for it, and all of them.
type Album = (Option<usize>, Vec<Picture>);

/// What is kept of these entries; nothing of one without pictures.
async fn of<S: Session>(
    on: &S,
    entries: impl Iterator<Item = EntryId>,
) -> Result<HashMap<EntryId, Album>, StoreError> {
    let mut albums: HashMap<EntryId, Album> = HashMap::new();
    for (count, values) in lists(&[], entries.map(|it| it.0)) {
        for row in on.rows(&picture::of(count), &values).await? {
            let (entry, is_lead, picture) = picture::read(row)?;
            let (lead, all) = albums.entry(entry).or_default();
            if is_lead {
                *lead = Some(all.len());
            }
            all.push(picture);
        }
    }
    Ok(albums)
}

/// Puts the pictures into entries that were read without them.
pub async fn fill<S: Session>(on: &S, entries: &mut HashMap<EntryId, Kept>) -> Result<(), StoreError> {
    let ids: Vec<EntryId> = entries.keys().copied().collect();
    for (id, (lead, all)) in of(on, ids.into_iter()).await? {
        if let Some(kept) = entries.get_mut(&id) {
            kept.lead = lead.and_then(|at| all.get(at)).cloned();
            kept.pictures = all;
        }
    }
    Ok(())
}

/// Takes the pictures of entries from them; where they stood. [`let_go`] is told once the number of the change is known.
pub async fn take<S: Session>(on: &S, entries: &[i64]) -> Result<Vec<String>, StoreError> {
    let taken = of(on, entries.iter().map(|it| EntryId(*it))).await?;
    for (count, values) in lists(&[], taken.keys().map(|it| it.0)) {
        on.execute(&picture::take(count), &values).await?;
    }
    Ok(taken.into_values().flat_map(|(_, all)| all.into_iter().map(|it| it.path)).collect())
}

/// Tells every node that it need not keep these pictures, those of them that nothing shows any more.
pub async fn let_go<S: Session>(
    on: &S,
    paths: &[String],
    number: i64,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut gone: BTreeSet<&String> = paths.iter().collect();
    let mut shown = HashSet::new();
    for (count, values) in lists(&[], gone.iter().copied()) {
        for sql in [picture::shown(count), logo::shown(count)] {
            for mut row in on.rows(&sql, &values).await? {
                shown.insert(row.text()?);
            }
        }
    }
    gone.retain(|it| !shown.contains(*it));
    let rows: Vec<Vec<Value<'_>>> =
        gone.into_iter().map(|it| vec![it.into(), number.into(), now_ms.into()]).collect();
    on.write(&picture::LET_GO, &rows).await.map(drop)
}

/// Pictures and logos that were kept after a change, the newest first.
pub struct Since {
    pub number: i64,
    pub limit: usize,
}

impl Work for Since {
    type Answer = (i64, Vec<Stocked>);

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let now = super::sources::Counter.run(on).await?;
        if now <= self.number {
            return Ok((now, Vec::new()));
        }
        let values = [self.number.into(), (self.limit as i64).into()];
        let pictures = on.rows(picture::SINCE, &values).await?.into_iter().map(picture::read_stocked);
        let mut stocked = pictures.collect::<Result<Vec<_>, _>>()?;
        for mut row in on.rows(logo::SINCE, &values).await? {
            stocked.push(Stocked { path: row.text()?, address: row.text()?, source: None });
        }
        Ok((now, stocked))
    }
}

/// The picture or logo that stands at a path.
pub struct At(pub String);

impl Work for At {
    type Answer = Option<Stocked>;

    async fn run<S: Session>(&self, on: &S) -> Result<Option<Stocked>, StoreError> {
        let path = [(&self.0).into()];
        if let Some(row) = on.first(picture::AT, &path).await? {
            return picture::read_stocked(row).map(Some);
        }
        let row = on.first(logo::AT, &path).await?;
        row.map(|mut row| Ok(Stocked { path: row.text()?, address: row.text()?, source: None })).transpose()
    }
}

/// What nothing shows any more since a change, and a path in it.
pub struct GoneSince {
    pub after: (i64, String),
    pub limit: usize,
}

impl Work for GoneSince {
    type Answer = Vec<(i64, String)>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let (number, path) = &self.after;
        let values = [(*number).into(), path.into(), (self.limit as i64).into()];
        let rows = on.rows(picture::GONE_SINCE, &values).await?.into_iter();
        rows.map(|mut row| Ok((row.int()?, row.text()?))).collect()
    }
}

/// Forgets what went before a moment.
pub struct ForgetGone(pub i64);

impl Work for ForgetGone {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        on.execute(picture::FORGET_GONE, &[self.0.into()]).await.map(drop)
    }
}

/// Sources whose older entries were not lined up for their pictures.
pub struct Unwanted;

impl Work for Unwanted {
    type Answer = BTreeSet<SourceId>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let rows = on.rows(picture::UNWANTED, &[]).await?.into_iter();
        rows.map(|mut row| entry::read_source(&mut row)).collect()
    }
}

/// Sources whose older entries were lined up for their pictures.
pub struct Wanted;

impl Work for Wanted {
    type Answer = BTreeSet<SourceId>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let rows = on.rows(picture::WANTED, &[]).await?.into_iter();
        rows.map(|mut row| entry::read_source(&mut row)).collect()
    }
}

/// Lines up what is kept of sources whose pictures are wanted from now on.
pub struct Want(pub Vec<SourceId>);

impl Work for Want {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let most = Limits::LINE_UP_MAX as i64;
        for source in &self.0 {
            on.execute(picture::WANT, &[true.into(), source.as_str().into()]).await?;
            on.execute(picture::LINE_UP, &[source.as_str().into(), most.into()]).await?;
        }
        Ok(())
    }
}

/// Takes their pictures from sources of which nobody wants any.
pub struct Unwant {
    /// In their order.
    pub sources: BTreeSet<SourceId>,
    pub now_ms: i64,
}

impl Work for Unwant {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let each: Vec<Vec<Value<'_>>> = self.sources.iter().map(|it| vec![it.as_str().into()]).collect();
        // As a round does, before anything is looked at.
        on.execute_each(source::HOLD, &each).await?;
        let mut paths = Vec::new();
        for source in &self.sources {
            let source = source.as_str();
            on.execute(picture::WANT, &[false.into(), source.into()]).await?;
            on.execute(picture::LINE_OUT, &[source.into()]).await?;
            for mut row in on.rows(picture::OF_SOURCE, &[source.into()]).await? {
                paths.push(row.text()?);
            }
        }
        on.execute_each(picture::TAKE_OF_SOURCE, &each).await?;
        if paths.is_empty() {
            return Ok(());
        }
        // No edition shows them: sources have not changed by it.
        let number = change(on).await?;
        let_go(on, &paths, number, self.now_ms).await
    }
}

/// How the pictures of each source do; a source without any is absent.
pub struct Count;

impl Work for Count {
    type Answer = BTreeMap<SourceId, PictureCount>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let mut counts: Self::Answer = BTreeMap::new();
        for mut row in on.rows(picture::COUNT, &[]).await? {
            let source = entry::read_source(&mut row)?;
            counts.entry(source).or_default().kept = row.int()?;
        }
        for mut row in on.rows(picture::COUNT_FAILED, &[]).await? {
            let source = entry::read_source(&mut row)?;
            let last = on.first(picture::LAST_ERROR, &[source.as_str().into()]).await?;
            let count = counts.entry(source.clone()).or_default();
            count.failed = row.int()?;
            count.error = last.map(|mut row| row.text()).transpose()?;
        }
        Ok(counts)
    }
}
