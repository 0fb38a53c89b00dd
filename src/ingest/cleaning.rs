//! What an older policy cleaned is cleaned again before anybody sees it.
//!
//! A document that is still there is read again in any case. This is for everything else that is kept: what was safe for an
//! older version may not be safe enough for this one.

use tracing::info;

use super::RoundError;
use crate::{
    model::EntryId,
    sanitize,
    store::{Store, Text},
};

/// What a version of parse counts for in the version that rows carry.
pub(super) const PARSE: i64 = 1_000;

/// Cleans every kept text again that an older policy has cleaned; how many it changed. Where nothing is older, which is
/// nearly always, this is one short question. It may be cut off at any moment and begins again then; `progress` hears of
/// every step how many texts were looked at.
pub async fn clean_again(store: &Store, mut progress: impl FnMut(u64)) -> Result<u64, RoundError> {
    if store.cleaned_by().await? >= sanitize::VERSION {
        return Ok(0);
    }
    let (mut after, mut looked_at, mut changed) = (EntryId(i64::MIN), 0, 0);
    loop {
        let texts = store.texts(after).await?;
        let Some(last) = texts.last() else { break };
        (after, looked_at) = (last.id, looked_at + texts.len() as u64);
        let older = texts.into_iter().filter(|it| it.policy_version % PARSE < sanitize::VERSION);
        let older: Vec<Text> = older.collect();
        let cleaned = tokio::task::spawn_blocking(move || older.into_iter().filter_map(cleaner).collect());
        let cleaned: Vec<Text> = cleaned.await.map_err(|_| RoundError::Panicked)?;
        changed += cleaned.len() as u64;
        if !cleaned.is_empty() {
            store.retext(cleaned, None).await?;
        }
        progress(looked_at);
    }
    store.retext(Vec::new(), Some(sanitize::VERSION)).await?;
    info!(
        looked_at,
        changed, "cleaned {looked_at} texts again by this version's policy; {changed} of them changed"
    );
    Ok(changed)
}

/// The text as this version's policy has it, where that is another.
fn cleaner(text: Text) -> Option<Text> {
    let content = sanitize::html(text.content.as_str(), None);
    (content != text.content).then_some(Text { content, ..text })
}
