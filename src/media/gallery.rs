//! The gallery: pictures are taken in, kept on disk within bounds, and handed out from memory.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use moka::future::Cache;
use tokio::{sync::Semaphore, task};
use url::Url;

use super::{
    Header, Limits, MediaError, PictureId, Size, folder::Folder, pack, placeholder, renditions::Renditions,
    shelf::Shelf,
};
use crate::{
    fetch::Fetcher,
    model::{
        Clock,
        picture::{Encoding, WIDTHS},
        source::Network,
    },
};

/// What a rendition in memory takes beside its bytes, roughly.
const BESIDE_BYTES: usize = 200;
/// Pictures that are being collected at the same time, at most; beyond it, two callers for one may fetch it twice.
const COLLECTING_MAX: u64 = 1_024;
/// After so many pictures were taken in, the folder is looked through again: other processes may have kept some in it.
const TAKEN_BETWEEN_SURVEYS: u64 = 256;
/// How long a picture is handed out from memory before its file is looked at again: one that somebody took away goes then,
/// and one that is in use is marked so.
const MEMORY_MAX: Duration = Duration::from_secs(600);
/// The folder is nearly full where less than this part of it is free.
const NEARLY_FULL_PART: u64 = 10;
/// The unit in which memory for decoding is given out, bytes.
const SHARE_BYTES: u64 = 64 << 10;

/// The pictures of a site. Cheap to clone; all clones are one gallery.
#[derive(Clone)]
pub struct Gallery {
    inner: Arc<Inner>,
}

struct Inner {
    limits: Limits,
    clock: Clock,
    folder: Folder,
    shelf: Mutex<Known>,
    memory: Cache<(PictureId, u32, Encoding), Bytes>,
    collecting: Cache<PictureId, Size>,
    decoders: Arc<Semaphore>,
    decoding: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    placeholders: [OnceLock<Bytes>; 2],
}

#[derive(Default)]
struct Known {
    shelf: Shelf,
    taken: u64,
}

impl Gallery {
    /// Opens the gallery in `folder`, makes the folder if need be, learns what is kept in it, and clears away what was
    /// being written when a process ended.
    ///
    /// # Errors
    /// [`MediaError::Disk`] if the folder can neither be made nor read.
    pub fn open(folder: &Path, limits: Limits, clock: Clock) -> Result<Self, MediaError> {
        let weigh = |_: &(PictureId, u32, Encoding), bytes: &Bytes| {
            u32::try_from(bytes.len() + BESIDE_BYTES).unwrap_or(u32::MAX)
        };
        let memory = Cache::builder().max_capacity(limits.memory_bytes_max).weigher(weigh);
        let memory = memory.time_to_live(MEMORY_MAX).build();
        let inner = Inner {
            folder: Folder::open(folder)?,
            clock,
            shelf: Mutex::default(),
            memory,
            collecting: Cache::new(COLLECTING_MAX),
            decoders: Arc::new(Semaphore::new(limits.decoders_max.max(1))),
            decoding: Arc::new(Semaphore::new(shares(limits.decoding_bytes_max) as usize)),
            reads: Arc::new(Semaphore::new(limits.reads_max.max(1))),
            placeholders: Default::default(),
            limits,
        };
        inner.survey()?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The natural size of a picture that is kept: what it was made of, as it is meant to be seen. `None` where nothing
    /// whole is kept.
    pub async fn size_of(&self, id: &PictureId) -> Option<Size> {
        let path = self.inner.folder.path(id);
        self.blocking(move |_| pack::size(&path)).await.flatten()
    }

    /// Makes an image's bytes into a picture and keeps it: looked at, decoded on the bounded pool, written in every width
    /// at once, whole or not at all. What was kept under the id is replaced; what was not asked for longest goes where
    /// there is no room.
    ///
    /// # Errors
    /// [`MediaError`] says why it is not kept. A decoder that panics is this image's error and nobody else's.
    pub async fn take(&self, id: PictureId, bytes: Bytes) -> Result<Size, MediaError> {
        let decoder = self.inner.decoders.clone().acquire_owned().await.map_err(|_| MediaError::Ending)?;
        let limits = self.inner.limits.clone();
        let (bytes, header) = computed(move || {
            let header = Header::read(&bytes, &limits)?;
            Ok((bytes, header))
        })
        .await?;
        let decoding = self.inner.decoding.clone();
        let memory = decoding.acquire_many_owned(shares(header.decoding_bytes)).await;
        let memory = memory.map_err(|_| MediaError::Ending)?;
        let inner = self.inner.clone();
        let size = computed(move || {
            // They go with the work, not with whoever waits for it: who has gone does not make room.
            let _held = (decoder, memory);
            let renditions = Renditions::below(&bytes, &header)?;
            inner.keep(id, &renditions)?;
            Ok(renditions.size)
        })
        .await?;
        self.forget(&id).await;
        Ok(size)
    }

    /// The picture of the image at `address`, as its publisher gives it: kept already, or fetched and taken now. Two that
    /// ask for one at the same time do it once.
    ///
    /// # Errors
    /// [`MediaError`] says why there is none; [`MediaError::is_passing`], whether it is worth another try.
    pub async fn collect(
        &self,
        fetcher: &Fetcher,
        address: &Url,
        networks: &[Network],
    ) -> Result<(PictureId, Size), MediaError> {
        let id = PictureId::of(address.as_str(), networks);
        let collected = async {
            if let Some(size) = self.size_of(&id).await {
                return Ok(size);
            }
            let bytes = fetcher.picture(address, networks).await?;
            self.take(id, bytes).await
        };
        let size = self.inner.collecting.try_get_with(id, collected).await;
        // It is remembered by the disk alone: who asks next looks there again.
        self.inner.collecting.invalidate(&id).await;
        size.map(|it| (id, it)).map_err(|error| MediaError::clone(&error))
    }

    /// A file of a picture: from memory, else from disk, where another process may have put it. `width` is one of
    /// [`WIDTHS`]. `None` where it is not kept; no connection is ever opened for it.
    ///
    /// What is in memory counts only while the picture stands on the shelf: a read that was under way when it was removed
    /// puts it into memory afterwards.
    pub async fn read(&self, id: &PictureId, width: u32, encoding: Encoding) -> Option<Bytes> {
        if !WIDTHS.contains(&width) {
            return None;
        }
        let key = (*id, width, encoding);
        if let Some(bytes) = self.inner.memory.get(&key).await {
            if self.inner.known().shelf.touch(id) {
                return Some(bytes);
            }
            self.inner.memory.invalidate(&key).await;
        }
        let id = *id;
        let from_disk = self.blocking(move |inner| inner.reread(&id, width, encoding));
        self.inner.memory.optionally_get_with(key, async { from_disk.await.flatten() }).await
    }

    /// Takes a picture away, from disk and from memory. No read that was under way brings it back.
    ///
    /// # Errors
    /// [`MediaError::Disk`] if its file is there and cannot be removed.
    pub async fn remove(&self, id: &PictureId) -> Result<(), MediaError> {
        let (inner, id) = (self.inner.clone(), *id);
        let removed = computed(move || {
            let removed = inner.folder.remove(&id);
            // After its file, so that no read puts it there again.
            inner.known().shelf.take(&id);
            removed
        })
        .await;
        self.forget(&id).await;
        removed
    }

    /// What stands where a picture is not kept any more: a quiet tint with the outline of a picture, 3:2, that goes with
    /// light and dark pages. Drawn once.
    pub fn placeholder(&self, encoding: Encoding) -> Bytes {
        let [webp, jpeg] = &self.inner.placeholders;
        let drawn = match encoding {
            Encoding::Webp => webp,
            Encoding::Jpeg => jpeg,
        };
        drawn.get_or_init(|| placeholder::draw(encoding).unwrap_or_default()).clone()
    }

    /// How many pictures are kept, as far as this process knows, and the bytes that their files take.
    pub fn kept(&self) -> (usize, u64) {
        let known = self.inner.known();
        (known.shelf.len(), known.shelf.bytes())
    }

    /// Whether a few more pictures would push others out.
    pub fn is_nearly_full(&self) -> bool {
        let most = self.inner.limits.disk_bytes_max;
        self.inner.known().shelf.bytes() > most - most / NEARLY_FULL_PART
    }

    async fn forget(&self, id: &PictureId) {
        for width in WIDTHS {
            for encoding in Encoding::ALL {
                self.inner.memory.invalidate(&(*id, width, encoding)).await;
            }
        }
    }

    /// Something short on disk, beside the loop; a few at a time.
    async fn blocking<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Inner) -> T + Send + 'static,
    ) -> Option<T> {
        let permit = self.inner.reads.clone().acquire_owned().await.ok()?;
        let inner = self.inner.clone();
        let done = task::spawn_blocking(move || {
            let _held = permit;
            read(&inner)
        });
        done.await.ok()
    }
}

impl Inner {
    fn known(&self) -> MutexGuard<'_, Known> {
        // What a panic left behind still counts what is kept, up to one picture.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> SystemTime {
        (self.clock)().into()
    }

    /// Learns what lies in the folder.
    fn survey(&self) -> Result<(), MediaError> {
        if !self.known().shelf.begin_survey() {
            return Ok(());
        }
        let found = self.folder.survey(self.now());
        let files = found.as_ref().ok().map(|it| it.iter().map(|it| (it.id, it.bytes)));
        self.known().shelf.end_survey(files);
        found.map(drop)
    }

    /// Writes a picture's file, and makes room for it.
    fn keep(&self, id: PictureId, renditions: &Renditions) -> Result<(), MediaError> {
        let file = pack::write(renditions).map_err(|error| MediaError::Broken { why: error.to_string() })?;
        let (bytes, limit_bytes) = (file.len() as u64, self.limits.disk_bytes_max);
        if bytes > limit_bytes {
            return Err(MediaError::NoRoom { bytes, limit_bytes });
        }
        self.folder.keep(&id, &file)?;
        let is_due = {
            let mut known = self.known();
            known.shelf.put(id, bytes);
            known.taken += 1;
            known.taken.is_multiple_of(TAKEN_BETWEEN_SURVEYS)
        };
        if is_due {
            self.survey()?;
        }
        let shed = self.known().shelf.shed(limit_bytes);
        shed.iter().try_for_each(|it| self.folder.remove(it))
    }

    fn reread(&self, id: &PictureId, width: u32, encoding: Encoding) -> Option<Bytes> {
        let path = self.folder.path(id);
        let bytes = pack::read(&path, width, encoding)?;
        let length = self.folder.mark(id, self.now())?;
        self.known().shelf.put(*id, length);
        // Removed meanwhile, it may have come onto the shelf behind the one who took it from there.
        if !path.exists() {
            self.known().shelf.take(id);
            return None;
        }
        Some(bytes)
    }
}

/// Something long, beside the loop. A panic in it is an error of this image alone.
async fn computed<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, MediaError> + Send + 'static,
) -> Result<T, MediaError> {
    match task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => {
            Err(MediaError::Broken { why: "the decoder gave up in the middle of it".to_owned() })
        }
        Err(_) => Err(MediaError::Ending),
    }
}

/// Memory in the unit in which it is given out.
fn shares(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(SHARE_BYTES)).unwrap_or(u32::MAX).max(1)
}
