//! Every value that is wrong by itself: what is said, and where.

use super::{only_error, refused, replaced, with};

/// Header of the table, line put into it, column of the complaint, words of the complaint, words of the hint.
type Wrong = (&'static str, &'static str, usize, &'static str, &'static str);

fn check(cases: &[Wrong]) {
    for (header, line, column, message, help) in cases {
        let (text, at) = with(header, line);
        let complaint = only_error(&text);
        assert_eq!((complaint.line, complaint.column), (at, *column), "{line}: {complaint:?}");
        assert!(complaint.message.contains(message), "{line}: {}", complaint.message);
        assert!(complaint.help.as_deref().unwrap_or("").contains(help), "{line}: {:?}", complaint.help);
    }
}

#[test]
fn settings_of_the_wrong_type_or_range_are_refused() {
    check(&[
        ("[site]", "title = 5", 9, "`title` must be a text in quotes, not a whole number", ""),
        ("[site]", "title = ''", 9, "this text is empty", ""),
        ("[site]", "title = \"a\\nb\"", 9, "line break", ""),
        ("[site]", "locale = 'french'", 10, "“french” is not a locale", "\"fr\""),
        ("[site]", "time_zone = 'Europe/Pariss'", 13, "is not a time zone", "did you mean `Europe/Paris`?"),
        ("[site]", "public_url = 'https://a.example/?x'", 14, "no ? and no #", ""),
        ("[site]", "footer = [{ title = 'x' }]", 11, "a link of the footer has no `url`", ""),
        ("[site]", "footer = 'x'", 10, "`footer` must be a list", ""),
        ("[[source]]", "priority = 1001", 12, "from 0 to 1000", ""),
        ("[[source]]", "priority = -1", 12, "from 0 to 1000", ""),
        ("[[source]]", "priority = 99999999999999999999", 12, "from 0 to 1000", ""),
        ("[[source]]", "priority = 1.5", 12, "must be a whole number, not a number with a point", ""),
        ("[[source]]", "enabled = 'yes'", 11, "`enabled` must be true or false, not a text", ""),
        ("[[source]]", "every = '5'", 9, "“5” is not a duration", "s, m, h, d, w or y"),
        ("[[source]]", "every = '0s'", 9, "out of range: from 1s to 30d", ""),
        ("[[source]]", "every = '5m1h'", 9, "is not a duration", ""),
        ("[[source]]", "every = '99999999999999999y'", 9, "is not a duration", ""),
        ("[[source]]", "every = 300", 9, "`every` must be a text in quotes", ""),
    ]);
}

#[test]
fn every_table_of_settings_names_its_ranges() {
    for (table, line, column, message) in [
        ("server", "listen = 'localhost'", 10, "“localhost” is not an address with a port"),
        ("server", "cache_max = '2d'", 13, "out of range: from 0s to 1d"),
        ("server", "trusted_proxies = ['10.0.0.0/33']", 20, "“10.0.0.0/33” is not a network"),
        ("store", "url = 'postgres://user@host'", 7, "names no database"),
        ("store", "url = 'pressroll.db'", 7, "not the address of a store"),
        ("store", "url = 'sqlite:'", 7, "names no file"),
        ("store", "keep = '1h'", 8, "out of range: from 1d to 100y"),
        ("store", "keep_entries_max = 0", 20, "a whole number from 1 to 1000000000"),
        ("store", "media_max = '5 apples'", 13, "“5 apples” is not a size"),
        ("fetch", "concurrency = 0", 15, "`concurrency` must be a whole number from 1 to 512"),
        ("fetch", "per_host = 17", 12, "`per_host` must be a whole number from 1 to 16"),
        ("fetch", "timeout = '11m'", 11, "out of range: from 1s to 10m"),
        ("fetch", "body_max = '1GiB'", 12, "out of range: from 1KiB to 256MiB"),
        ("fetch", "body_max = 8", 12, "`body_max` must be a text in quotes"),
        ("fetch", "interval_max = '1m'", 16, "`interval_min` (5m) is longer than `interval_max` (1m)"),
    ] {
        let text = format!("{}[{table}]\n{line}\n", super::GOOD);
        let complaint = only_error(&text);
        assert_eq!((complaint.line, complaint.column), (13, column), "{line}: {complaint:?}");
        assert!(complaint.message.contains(message), "{line}: {}", complaint.message);
    }
}

#[test]
fn addresses_that_cannot_be_polled_are_refused() {
    for (url, message, help) in [
        ("www.acme.example/rss", "is not a whole address", "did you mean `https://www.acme.example/rss`?"),
        ("ftp://acme.example/rss", "neither http nor https", ""),
        ("file:///etc/passwd", "neither http nor https", ""),
        ("https://", "is not an address: empty host", ""),
        ("https://a.example:99999/", "is not an address: invalid port number", ""),
        ("", "is not a whole address", ""),
    ] {
        let (text, at) = replaced("https://www.acme.example/press/rss.xml", url);
        let complaint = only_error(&text);
        assert_eq!((complaint.line, complaint.column), (at, 7), "{complaint:?}");
        assert!(complaint.message.contains(message), "{url}: {}", complaint.message);
        assert!(complaint.help.as_deref().unwrap_or("").contains(help), "{url}: {:?}", complaint.help);
    }
    let long = format!("https://a.example/{}", "x".repeat(2_000));
    assert!(
        only_error(&replaced("https://www.acme.example/press/rss.xml", &long).0).message.contains("2000")
    );
}

#[test]
fn a_password_in_an_address_is_refused_and_never_shown() {
    let (text, at) = replaced("https://www.acme.example", "https://anna:s3cret@www.acme.example");
    let complaint = only_error(&text);
    assert_eq!((complaint.line, complaint.column), (at, 7));
    assert!(complaint.message.contains("user name or password"), "{}", complaint.message);
    let broken = replaced("https://www.acme.example", "https://anna:s3cret@www acme.example").0;
    for drawn in
        [refused(&text).render(false), refused(&broken).render(true), format!("{:?}", refused(&broken))]
    {
        assert!(!drawn.contains("s3cret") && !drawn.contains("anna"), "{drawn}");
    }
}

#[test]
fn words_outside_a_short_list_are_refused_with_the_list() {
    check(&[
        ("[[source]]", "kind = 'wires'", 8, "`press`, `wire`, `news` or `blog`", "did you mean `wire`?"),
        ("[[source]]", "republish = 'all'", 13, "`full`, `excerpt` or `title`", ""),
        ("[[source]]", "dates = 'Clamp'", 9, "`clamp`, `embargo` or `drop`", "did you mean `clamp`?"),
        ("[[source]]", "language = 'english'", 12, "“english” is not a language tag", "\"en\""),
        ("[[brand]]", "kinds = ['press', 'wir']", 19, "“wir” is none of", "did you mean `wire`?"),
        ("[[brand]]", "languages = ['x']", 14, "is not a language tag", ""),
        ("[[brand]]", "images = 'inline'", 10, "`proxy`, `link` or `none`", ""),
        (
            "[[brand]]",
            "moderation = 'review'",
            14,
            "needs the desk, which this version does not have yet",
            "",
        ),
        ("[[brand]]", "moderation = 'hold'", 14, "`hold` needs a duration", "hold 2h"),
        ("[[brand]]", "moderation = 'hold two'", 14, "“two” is not a duration", ""),
        ("[[brand]]", "moderation = 'closed'", 14, "“closed” is not a way to moderate", "open"),
        (
            "[[brand]]",
            "look = [{ name = 'a', layout = 'ticker' }]",
            32,
            "the layout `ticker` is not in this version yet",
            "this version has `list` or `cards`",
        ),
        ("[[brand]]", "look = [{ name = 'a', layout = 'card' }]", 32, "“card”", "did you mean `cards`?"),
        ("[[brand]]", "look = [{ name = 'a', scheme = 'night' }]", 32, "`light`, `dark` or `auto`", ""),
        ("[[brand]]", "look = [{ name = 'a', accent = 'red' }]", 32, "“red” is not a colour", "0a5"),
        ("[[brand]]", "look = [{ name = 'a', count = 51 }]", 31, "from 1 to 50", ""),
        ("[[brand]]", "look = [{ layout = 'list' }]", 9, "[[brand.look]] has no `name`", ""),
        ("[[brand]]", "look = [{ name = 'a' }, { name = 'a' }]", 34, "two looks called `a`", ""),
    ]);
}

#[test]
fn names_of_the_wrong_shape_are_refused() {
    check(&[
        ("[[brand]]", "aliases = ['Acme SA']", 12, "“Acme SA” is not a name for an address", ""),
        ("[[source]]", "formerly = ['-a']", 13, "“-a” is not a name for an address", ""),
    ]);
    let (text, at) = replaced("tags = [\"acme\"]", "tags = [\"tag:acme\"]");
    let complaint = only_error(&text);
    assert_eq!((complaint.line, complaint.column), (at, 9));
    assert!(complaint.message.contains("without “tag:”"), "{}", complaint.message);
    let (text, at) = replaced("id = \"acme-press\"", "id = \"Acme Press\"");
    let complaints = refused(&text);
    assert_eq!(complaints.len(), 1, "what names it is not complained of as well:\n{complaints}");
    let first = complaints.iter().next().unwrap();
    assert_eq!((first.line, first.column), (at, 6));
    let (text, at) = replaced("slug = \"acme\"", "slug = \"/acme\"");
    let complaint = refused(&text).iter().next().unwrap().clone();
    assert_eq!((complaint.line, complaint.column), (at, 8));
    assert!(complaint.message.contains("is not a name for an address"), "{}", complaint.message);
}

#[test]
fn bad_rules_and_embedders_are_refused() {
    check(&[
        ("[[brand]]", "include = ['a', '']", 17, "an empty rule would match nothing", ""),
        ("[[brand]]", "include = ['*']", 12, "needs a beginning", ""),
        ("[[brand]]", "exclude = ['/(/']", 12, "“(” is not a regular expression: unclosed group", ""),
        ("[[brand]]", "exclude = ['/(a{500}){500}/']", 12, "is not a regular expression", ""),
        ("[[brand]]", "exclude = 'x'", 11, "`exclude` must be a list in [brackets]", ""),
        ("[[brand]]", "embed_on = ['acme.example']", 13, "it has no https://", ""),
        ("[[brand]]", "embed_on = ['https://acme.example/x']", 13, "no further than the host", ""),
        ("[[brand]]", "embed_on = ['https://acme.example/']", 13, "no further than the host", ""),
        ("[[brand]]", "embed_on = ['https://a.*.example']", 13, "stands only at its beginning", ""),
        ("[[brand]]", "embed_on = [\"https://a.example; script-src *\"]", 13, "is not an origin", ""),
        ("[[brand]]", "embed_on = ['https://a;b']", 13, "is not an origin", ""),
        ("[[brand]]", "embed_on = ['https://a,b']", 13, "is not an origin", ""),
        ("[[brand]]", "homepage = 'acme.example'", 12, "is not a whole address", "did you mean"),
        ("[[brand]]", "limit = 501", 9, "from 1 to 500", ""),
        ("[[brand]]", "per_source = 0", 14, "from 1 to 500", ""),
        ("[[brand]]", "max_age = '1s'", 11, "from 1m to 100y", ""),
        ("[[brand]]", "utm = { utm_source = 'x' }", 9, "put before these keys by itself", "write `source`"),
        ("[[brand]]", "utm = { 'A b' = 'x' }", 9, "is not a campaign key", ""),
        ("[[brand]]", "brands = ['acme']", 10, "a brand has no `brands`", "[[group]]"),
    ]);
}

#[test]
fn header_fields_are_checked_and_their_values_never_shown() {
    check(&[
        ("[[source]]", "headers = { 'bad name' = 'v' }", 13, "“bad name” is not the name of a header", ""),
        ("[[source]]", "headers = { Host = 'x' }", 13, "“Host” is set by the fetcher itself", ""),
        ("[[source]]", "headers = { A = 'env:NOT_THERE' }", 17, "`NOT_THERE` is not set", ""),
        ("[[source]]", "headers = { A = 'env:no-name' }", 17, "the name of an environment variable", ""),
        ("[[source]]", "headers = { A = 'file:/not/there' }", 17, "the file `/not/there` cannot be read", ""),
        ("[[source]]", "allow_networks = ['10.1.0.0/64']", 19, "is not a network", "10.1.0.0/16"),
    ]);
    let (text, _) = with("[[source]]", "headers = { Authorization = \"s3cret\\nx\", 'b c' = 't0ken' }");
    let complaints = refused(&text);
    assert_eq!(complaints.len(), 2);
    let drawn = format!("{complaints} {complaints:?}");
    assert!(drawn.contains("cannot hold") && drawn.contains("****"), "{drawn}");
    assert!(!drawn.contains("s3cret") && !drawn.contains("t0ken"), "{drawn}");
}

#[test]
fn a_slip_in_a_line_of_header_fields_or_of_an_address_with_a_password_does_not_show_them() {
    for line in [
        "headers = { Authorization = \"s3cret }",
        "headers = { Authorization = s3cret }",
        "headers.Authorization = s3cret",
        "heders = { Authorization = \"s3cret\" }",
        "[source.headers]\nAuthorization = s3cret",
        "headers = \"Bearer s3cret\"",
        "headers = [\"s3cret\"]",
        "headers = { Authorization = [\"s3cret\"] }",
        "tags = \"https://ann:s3cret@acme.example/\"",
        "ulr = \"https://ann:s3cret@acme.example/\"",
        "every = \"https://ann:s3cret@acme.example/\"",
        "every = \"ftp://s3cret@acme.example\"",
    ] {
        let complaints = refused(&with("[[source]]", line).0);
        let drawn = format!("{complaints} {complaints:?}");
        assert!(drawn.contains("***") && !drawn.contains("s3cret"), "{line}: {complaints}");
    }
}

#[test]
fn a_file_of_another_version_or_of_none_is_refused() {
    let (text, at) = replaced("version = 1", "version = 2");
    let complaint = only_error(&text);
    assert_eq!((complaint.line, complaint.column), (at, 11));
    assert!(complaint.message.contains("reads version 1 of this file, not 2"), "{}", complaint.message);
    let complaint = only_error(&replaced("version = 1", "").0);
    assert_eq!((complaint.line, complaint.column), (1, 1));
    assert!(complaint.help.unwrap().contains("version = 1"));
}

#[test]
fn missing_keys_are_complained_of_at_their_table() {
    for (line, header, message) in [
        ("id = \"acme-press\"\n", 4, "[[source]] has no `id`"),
        ("url = \"https://www.acme.example/press/rss.xml\"\n", 4, "[[source]] has no `url`"),
        ("slug = \"acme\"\n", 8, "[[brand]] has no `slug`"),
        ("title = \"Acme\"\n", 8, "[[brand]] has no `title`"),
    ] {
        // A source without an id takes nothing else down with it; a brand without a slug still has its sources.
        let complaint = only_error(&super::GOOD.replace(line, ""));
        assert_eq!((complaint.line, complaint.column, complaint.message.as_str()), (header, 1, message));
    }
}
