//! Texts that an older policy cleaned: read in steps, and replaced.

use std::collections::BTreeSet;

use super::change;
use crate::{
    model::{CleanHtml, EntryId},
    store::{
        StoreError, Text, entry,
        session::{Session, Work},
        site, source,
        value::damaged,
    },
};

/// The version of the policy that everything was cleaned by at least.
pub struct CleanedBy;

impl Work for CleanedBy {
    type Answer = i64;

    async fn run<S: Session>(&self, on: &S) -> Result<i64, StoreError> {
        let row = on.first(site::COUNTER, &[site::CLEANED_BY.into()]).await?;
        row.ok_or_else(|| damaged("the version of the policy is missing"))?.int()
    }
}

/// Texts behind an id.
pub struct Texts {
    pub after: EntryId,
    pub limit: i64,
}

impl Work for Texts {
    type Answer = Vec<Text>;

    async fn run<S: Session>(&self, on: &S) -> Result<Vec<Text>, StoreError> {
        let rows = on.rows(entry::TEXTS, &[self.after.0.into(), self.limit.into()]).await?.into_iter();
        let text = |mut row: crate::store::value::Columns| {
            Ok(Text {
                id: EntryId(row.int()?),
                source: entry::read_source(&mut row)?,
                policy_version: row.int()?,
                content: CleanHtml::vouch(row.text()?),
            })
        };
        rows.map(text).collect()
    }
}

/// Replaces texts, and notes the version of the policy once everything is done.
pub struct Retext {
    pub texts: Vec<Text>,
    pub cleaned_by: Option<i64>,
}

impl Work for Retext {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        for text in &self.texts {
            on.execute(
                entry::RETEXT,
                &[text.content.as_str().into(), text.id.0.into(), text.policy_version.into()],
            )
            .await?;
        }
        if let Some(version) = self.cleaned_by {
            on.execute(site::RAISE, &[version.into(), site::CLEANED_BY.into()]).await?;
        }
        let sources: BTreeSet<_> = self.texts.iter().map(|it| &it.source).collect();
        if sources.is_empty() {
            return Ok(());
        }
        let number = change(on).await?;
        for source in sources {
            on.execute(source::CHANGED, &[number.into(), source.as_str().into()]).await?;
        }
        Ok(())
    }
}
