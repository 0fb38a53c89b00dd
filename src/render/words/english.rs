//! English.

use super::Words;

pub(super) const WORDS: Words = Words {
    language: "en",
    own_name: "English",
    all_releases: "All releases",
    subscribe: "Subscribe",
    subscribe_rss: "Subscribe (RSS)",
    embed: "Embed",
    updated_at: "Updated {date}, {time}",
    updated_on: "Updated {date}",
    nothing_yet: "Nothing published yet",
    nothing_more: "The next release will appear here.",
    original_at: "Original at {host}",
    attachments: "Attachments",
    bytes: ["kB", "MB", "GB"],
    decimal: '.',
    languages: "Languages",
    all_languages: "All",
    about: "About this site",
    brands: "Brands",
    groups: "Groups",
    no_publications: "No brand or group is listed here yet.",
    subscribe_lead: "Give one of these addresses to your feed reader. New releases then come to you, without an account \
                     and without an e-mail address.",
    feed_question: "What is a feed?",
    embed_lead: "Paste this where the releases should appear on your page. It needs no script, follows the width of \
                 its column and keeps itself up to date.",
    preview: "What it looks like",
    follow_name: "Follow {name}",
    feed_answer: "A feed is a page made for programs: the newest releases, always at the same address. A feed reader \
                  looks there for you, and shows you what is new beside everything else you follow. You read in \
                  your own time; no algorithm chooses for you.",
    how: "How to follow",
    steps: [
        "Take a feed reader: Feedly, Inoreader and NewsBlur work in a browser, NetNewsWire on Apple devices, Thunderbird \
         and Newsboat on a computer.",
        "Copy one of the addresses below.",
        "In the reader choose “Add feed”, “Follow” or “+”, and paste it.",
    ],
    which: "Which address",
    which_answer: "All three carry the same releases. If you are not sure, take RSS.",
    rss_for: "understood by every reader",
    atom_for: "the same, with exact dates and origins",
    json_for: "the same, for programs of your own",
    privacy: "Following leaves no trace of you here: there is no account, no cookie and no list of readers. To stop, \
              remove the feed from your reader.",
    missing: "Nothing at this address",
    missing_why: "The page may have moved, or the address may have a letter wrong. The first page lists everything that is published here.",
    ended: "No longer published",
    ended_why: "This publication has ended. The first page lists everything that is still published here.",
    failed: "Not available just now",
    failed_why: "Something failed on our side. The page will be back as soon as it is mended; try again in a minute.",
    table: "Table",
    video_at: "Video at {host}",
    audio_at: "Audio at {host}",
    about_company: "About the company",
    contacts: "Contacts",
    notices: "Notices",
};
