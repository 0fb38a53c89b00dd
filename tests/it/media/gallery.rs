//! What is kept: on disk and in memory, through restarts, cuts and want of room.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use pressroll::{
    media::{Gallery, Limits, MediaError, PictureId, Size},
    model::picture::{Encoding, WIDTHS},
};
use tokio::task::JoinSet;

use super::{clock, encoded, gallery, gallery_within, jpeg, pixels, png};
use crate::support::Folder;

/// How often readers ask while a picture goes, and how many at a time.
const ROUNDS: usize = 300;
const READERS: usize = 8;

fn id(number: u32) -> PictureId {
    PictureId::of(&format!("https://news.example.com/{number}.jpg"), &[])
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let shelves = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    shelves.flat_map(|it| fs::read_dir(it).unwrap()).map(|it| it.unwrap().path()).collect()
}

async fn take(gallery: &Gallery, number: u32) -> Size {
    gallery.take(id(number), jpeg(700, 400 + number).into()).await.unwrap()
}

#[tokio::test]
async fn a_picture_that_is_taken_is_read_in_both_encodings_and_known_after_a_restart() {
    let folder = Folder::new();
    let first = gallery(folder.path());
    assert_eq!(first.size_of(&id(1)).await, None);
    assert_eq!(first.read(&id(1), 320, Encoding::Webp).await, None);
    let size = take(&first, 1).await;
    assert_eq!(size, Size { width: 700, height: 401 });
    let kept = first.read(&id(1), 640, Encoding::Jpeg).await.unwrap();
    drop(first);
    let second = gallery(folder.path());
    assert_eq!(second.size_of(&id(1)).await, Some(size));
    assert_eq!(second.read(&id(1), 640, Encoding::Jpeg).await, Some(kept));
    for width in WIDTHS {
        for encoding in Encoding::ALL {
            let bytes = second.read(&id(1), width, encoding).await.unwrap();
            assert_eq!(pixels(&bytes, encoding).width(), width.min(700));
        }
    }
    for width in [0, 1, 319, 641, 4_000] {
        assert_eq!(second.read(&id(1), width, Encoding::Webp).await, None, "{width}");
    }
}

#[tokio::test]
async fn what_another_process_keeps_or_takes_away_is_seen() {
    let folder = Folder::new();
    let (one, other) = (gallery(folder.path()), gallery(folder.path()));
    let size = take(&one, 1).await;
    assert_eq!(other.kept().0, 0);
    assert_eq!(other.size_of(&id(1)).await, Some(size));
    assert!(other.read(&id(1), 320, Encoding::Webp).await.is_some());
    assert_eq!(other.kept(), one.kept());
    one.remove(&id(1)).await.unwrap();
    assert_eq!(one.read(&id(1), 320, Encoding::Webp).await, None);
    assert_eq!(other.size_of(&id(1)).await, None);
    assert_eq!(one.kept(), (0, 0));
    one.remove(&id(1)).await.unwrap();
}

/// A reader's question that is under way when a picture goes must not leave it in memory.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_removed_while_readers_ask_for_it_is_gone_for_all_who_come_later() {
    let folder = Folder::new();
    let gallery = gallery(folder.path());
    take(&gallery, 1).await;
    let file = files(folder.path()).pop().unwrap();
    let whole = fs::read(&file).unwrap();
    for round in 0..ROUNDS {
        fs::write(&file, &whole).unwrap();
        let mut readers = JoinSet::new();
        for reader in 0..READERS {
            let gallery = gallery.clone();
            readers.spawn(async move {
                // They come one after the other, so that in every round some are at each step of it.
                for _ in 0..reader {
                    tokio::task::yield_now().await;
                }
                gallery.read(&id(1), 320, Encoding::Webp).await
            });
        }
        gallery.remove(&id(1)).await.unwrap();
        readers.join_all().await;
        assert!(gallery.read(&id(1), 320, Encoding::Webp).await.is_none(), "in round {round}");
        assert_eq!(gallery.kept(), (0, 0), "in round {round}");
    }
}

#[tokio::test]
async fn no_half_picture_is_ever_served_wherever_its_file_was_cut() {
    let folder = Folder::new();
    take(&gallery(folder.path()), 1).await;
    let path = files(folder.path()).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(whole.len() / 50 + 1) {
        fs::write(&path, &whole[..length]).unwrap();
        let gallery = gallery(folder.path());
        assert_eq!(gallery.size_of(&id(1)).await, None, "cut to {length}");
        assert_eq!(gallery.read(&id(1), 320, Encoding::Webp).await, None, "cut to {length}");
    }
    // A disk that lost some bytes in the middle: only what they belong to is gone.
    let mut torn = whole.clone();
    let last = torn.len() - 5;
    torn[last] ^= 1;
    fs::write(&path, &torn).unwrap();
    let torn = gallery(folder.path());
    let mut read = Vec::new();
    for width in WIDTHS {
        for encoding in Encoding::ALL {
            read.push(torn.read(&id(1), width, encoding).await.is_some());
        }
    }
    assert_eq!(read.iter().filter(|it| !**it).count(), 1, "{read:?}");
    // It is taken once more, and whole again.
    take(&torn, 1).await;
    assert_eq!(fs::read(&path).unwrap(), whole);
}

#[tokio::test]
async fn what_was_being_written_when_a_process_was_killed_is_cleared_away_and_what_is_being_written_is_not() {
    let folder = Folder::new();
    take(&gallery(folder.path()), 1).await;
    let whole = files(folder.path()).pop().unwrap();
    let (old, new) = (whole.with_extension("1-1.half"), whole.with_extension("1-2.half"));
    let stranger = whole.with_file_name("notes.txt");
    for path in [&old, &new, &stranger] {
        fs::write(path, "half").unwrap();
    }
    let now = SystemTime::from(clock()());
    fs::File::options().append(true).open(&new).unwrap().set_modified(now).unwrap();
    let gallery = gallery(folder.path());
    assert!(!old.exists());
    assert!(new.exists() && stranger.exists() && whole.exists());
    assert_eq!(gallery.kept(), (1, fs::metadata(&whole).unwrap().len()));
}

#[tokio::test]
async fn where_there_is_no_room_those_go_that_were_not_asked_for_longest() {
    let folder = Folder::new();
    let roomy = gallery(folder.path());
    for number in 1..=4 {
        take(&roomy, number).await;
    }
    let (count, bytes) = roomy.kept();
    assert_eq!(count, 4);
    // Age on disk is what a new process knows: the second was asked for last.
    for (hours, number) in [(4, 1), (1, 2), (3, 3), (2, 4)] {
        let file =
            files(folder.path()).into_iter().find(|it| it.file_stem().unwrap() == &*id(number).to_string());
        let moment = SystemTime::from(clock()()) - Duration::from_hours(hours);
        fs::File::options().append(true).open(file.unwrap()).unwrap().set_modified(moment).unwrap();
    }
    let limits = Limits { disk_bytes_max: bytes, ..Limits::default() };
    let tight = gallery_within(folder.path(), limits);
    // The first and oldest is asked for now; so the third is the one to go.
    assert!(tight.read(&id(1), 320, Encoding::Webp).await.is_some());
    take(&tight, 5).await;
    let mut left = Vec::new();
    for number in 1..=5 {
        if tight.size_of(&id(number)).await.is_some() {
            left.push(number);
        }
    }
    assert_eq!(left.iter().filter(|it| **it == 3).count(), 0, "{left:?}");
    assert!(left.contains(&1) && left.contains(&2) && left.contains(&5), "{left:?}");
    let on_disk: u64 = files(folder.path()).iter().map(|it| fs::metadata(it).unwrap().len()).sum();
    assert_eq!(on_disk, tight.kept().1);
    assert!(on_disk <= bytes);
}

#[tokio::test]
async fn a_picture_larger_than_all_of_them_may_be_is_refused_and_takes_nothing_away() {
    let folder = Folder::new();
    let size = take(&gallery(folder.path()), 1).await;
    let limits = Limits { disk_bytes_max: 5_000, ..Limits::default() };
    let tight = gallery_within(folder.path(), limits);
    let error = tight.take(id(2), jpeg(700, 400).into()).await.unwrap_err();
    assert!(matches!(error, MediaError::NoRoom { limit_bytes: 5_000, .. }), "{error}");
    assert!(!error.is_passing());
    assert_eq!(tight.size_of(&id(1)).await, Some(size));
}

#[tokio::test]
async fn a_disk_that_takes_nothing_is_an_error_that_passes_and_harms_nothing() {
    let folder = Folder::new();
    let gallery = gallery(folder.path());
    let size = take(&gallery, 1).await;
    // A file where the next picture's folder should be: nobody can write into it, not even root.
    let other = (2..).find(|it| id(*it).to_string()[..2] != id(1).to_string()[..2]).unwrap();
    let shelf = folder.path().join(&id(other).to_string()[..2]);
    fs::write(&shelf, "in the way").unwrap();
    let bytes = Bytes::from(jpeg(300, 200));
    let error = gallery.take(id(other), bytes.clone()).await.unwrap_err();
    assert!(matches!(error, MediaError::Disk { .. }) && error.is_passing(), "{error}");
    assert!(error.to_string().contains(shelf.to_str().unwrap()), "{error}");
    assert_eq!(gallery.size_of(&id(1)).await, Some(size));
    assert_eq!(gallery.kept().0, 1);
    fs::remove_file(&shelf).unwrap();
    assert!(gallery.take(id(other), bytes).await.is_ok());
}

#[tokio::test]
async fn many_pictures_at_once_are_all_taken_within_the_bounds() {
    let folder = Folder::new();
    // Room in memory for one of them at a time.
    let limits = Limits { decoders_max: 4, decoding_bytes_max: 40 << 20, ..Limits::default() };
    let gallery = gallery_within(folder.path(), limits);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..12 {
        let (gallery, bytes) = (gallery.clone(), Bytes::from(png(640, 400)));
        tasks.spawn(async move { gallery.take(id(number), bytes).await });
    }
    for done in tasks.join_all().await {
        assert_eq!(done, Ok(Size { width: 640, height: 400 }));
    }
    assert_eq!(gallery.kept().0, 12);
}

#[tokio::test]
async fn what_is_taken_anew_is_read_anew() {
    let folder = Folder::new();
    let gallery = gallery(folder.path());
    take(&gallery, 1).await;
    let before = gallery.read(&id(1), 320, Encoding::Webp).await.unwrap();
    let grey = encoded(image::GrayImage::from_pixel(500, 500, image::Luma([90])), image::ImageFormat::Png);
    gallery.take(id(1), grey.into()).await.unwrap();
    let after = gallery.read(&id(1), 320, Encoding::Webp).await.unwrap();
    assert_ne!(before, after);
    assert_eq!(gallery.size_of(&id(1)).await, Some(Size { width: 500, height: 500 }));
    assert_eq!(gallery.kept().0, 1);
}

#[tokio::test]
async fn the_placeholder_is_a_small_picture_for_light_and_dark_pages() {
    let folder = Folder::new();
    let gallery = gallery(folder.path());
    for encoding in Encoding::ALL {
        let bytes = gallery.placeholder(encoding);
        assert!(bytes.len() < 6_000, "{} bytes", bytes.len());
        let image = pixels(&bytes, encoding);
        assert_eq!(image.width() * 2, image.height() * 3);
        assert_ne!(image, pixels(&bytes, encoding).flipv(), "something is drawn");
    }
    let webp = pixels(&gallery.placeholder(Encoding::Webp), Encoding::Webp).to_rgba8();
    assert!(webp.pixels().all(|it| (1..128).contains(&it.0[3])), "a tint of whatever the page is");
}
