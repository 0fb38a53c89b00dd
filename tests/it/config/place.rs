//! Where entries are kept: addresses of stores, and the passwords in them.

use pressroll::config::{Complaint, Config, Overrides, Severity, parse, shown, store_url};

use super::{GOOD, config, files::Folder, loaded, only_error, only_warning, overrides, refused, with};

const PASSWORD: &str = "s3cret";

fn over(line: &str) -> String {
    format!("{GOOD}[store]\n{line}\n")
}

fn url(address: &str) -> String {
    over(&format!("url = \"{address}\""))
}

fn quiet(text: &str, overrides: &Overrides) -> Config {
    let loaded =
        parse("feeds.toml", text, overrides).unwrap_or_else(|it| panic!("{text} should load:\n{it}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    loaded.config
}

#[test]
fn the_address_of_a_server_arrives_as_it_is_written() {
    for address in [
        "postgres://press@db.example/press",
        "postgresql://press@db.example:5433/press",
        "postgres://db/press?sslmode=verify-full&sslrootcert=/etc/ssl/ca.pem",
        "postgres://press@[::1]:5432/press?connect_timeout=5&application_name=press%20room",
        "postgres://press@first:5432,second:5433/press?target_session_attrs=read-write",
        "postgres:///press?host=/var/run/postgresql",
        "postgres://press@/press?host=/run/postgresql&sslmode=disable",
        "postgres://press@%2Fvar%2Frun%2Fpostgresql/press",
    ] {
        assert_eq!(quiet(&url(address), &Overrides::default()).store.url, address);
    }
}

#[test]
fn an_address_that_cannot_be_reached_is_refused_with_what_to_write_instead() {
    let example = "postgres://user@host/database";
    for (address, message, help) in [
        ("postgres://user@host", "names no database", example),
        ("postgres://user@host/", "names no database", example),
        ("postgres://user@host/?sslmode=require", "names no database", example),
        ("postgres:///press", "names no host", "?host=/var/run/postgresql"),
        ("postgres://user@/press", "names no host", "?host=/var/run/postgresql"),
        ("postgres://", "names no host", "?host=/var/run/postgresql"),
        ("postgres:user@host/press", "no “//” after its scheme", example),
        ("postgres://user@host/press/other", "nothing behind it", example),
        ("postgres://user@host:0/press", "with a port or without", example),
        ("postgres://user@host:99999/press", "with a port or without", example),
        ("postgres://user@host:/press", "with a port or without", example),
        ("postgres://user@[::1/press", "with a port or without", example),
        ("postgres://user@one,/press", "with a port or without", example),
        ("postgres://user@host/pre ss", "no spaces", example),
        ("mysql://user@host/press", "not the address of a store", example),
        ("host=db dbname=press", "not the address of a store", example),
    ] {
        let complaint = only_error(&url(address));
        assert_eq!((complaint.line, complaint.column), (13, 7), "{complaint:?}");
        assert!(complaint.message.contains(message), "{address}: {}", complaint.message);
        assert!(complaint.help.as_deref().unwrap_or("").contains(help), "{address}: {:?}", complaint.help);
    }
    let long = format!("postgres://host/{}", "x".repeat(2_000));
    assert!(only_error(&url(&long)).message.contains("2000"));
}

#[test]
fn a_parameter_that_is_not_known_is_refused_with_a_suggestion() {
    for (parameters, message, help) in [
        ("ssl_mode=require", "“ssl_mode” is not known", "did you mean `sslmode`?"),
        ("sslrootcer=/ca.pem", "“sslrootcer” is not known", "did you mean `sslrootcert`?"),
        ("options=-c", "“options” is not known", "known here: sslmode, sslrootcert, host"),
        ("sslmode=verify_full", "`sslmode` is none of the words allowed here", "did you mean `verify-full`?"),
        ("sslmode=allow", "`disable`, `prefer`, `require`, `verify-ca` or `verify-full`", ""),
        ("target_session_attrs=read-only", "`any` or `read-write`", ""),
        ("connect_timeout=soon", "whole seconds from 1 to 600", ""),
        ("connect_timeout=0", "whole seconds from 1 to 600", ""),
        ("sslrootcert=ca.pem", "`sslrootcert` names a file of certificates, with a full path", ""),
        ("application_name=", "`application_name` is empty", ""),
        ("sslmode=require&sslmode=disable", "`sslmode` is set twice", ""),
        ("host=/run/postgresql", "names its host twice", ""),
        ("host=other", "`host` names the folder of a socket", "before the database"),
        ("user=press", "`user` stands before the host", "postgres://user:password@host/database"),
        ("password=x", "`password` stands before the host", "postgres://user:password@host/database"),
    ] {
        let complaint = only_error(&url(&format!("postgres://db/press?{parameters}")));
        assert!(complaint.message.contains(message), "{parameters}: {}", complaint.message);
        let said = complaint.help.as_deref().unwrap_or("");
        assert!(said.contains(help), "{parameters}: {said}");
    }
}

#[test]
fn a_password_in_the_file_is_warned_of_and_drawn_as_asterisks() {
    let warning = only_warning(&url("postgres://press:s3cret@db/press"));
    assert_eq!((warning.line, warning.column, warning.severity), (13, 7, Severity::Warning));
    assert!(warning.message.contains("stands in this file"), "{}", warning.message);
    let help = warning.help.clone().unwrap();
    for way in ["PRESSROLL_STORE_URL", "PRESSROLL_STORE_URL_FILE", "env:NAME", "file:/run/secrets/NAME"] {
        assert!(help.contains(way), "{help}");
    }
    assert!(warning.source_line.unwrap().contains("****"));
    let folded = loaded(&over("url = \"\"\"\npostgres://press:s3cret@db/press\"\"\"")).warnings;
    assert!(folded.len() == 1 && !format!("{folded} {folded:?}").contains(PASSWORD), "{folded}");
}

#[test]
fn a_password_on_the_command_line_is_warned_of_and_one_in_the_environment_is_not() {
    let address = "postgres://press:s3cret@db/press";
    let flag = parse("feeds.toml", GOOD, &overrides(&[], &[("store.url", address)])).unwrap();
    let warnings: Vec<Complaint> = flag.warnings.iter().cloned().collect();
    assert!(warnings.len() == 1 && warnings[0].message.contains("list of processes"), "{warnings:?}");
    assert!(!format!("{warnings:?} {}", flag.warnings).contains(PASSWORD));
    assert_eq!(quiet(GOOD, &overrides(&[("PRESSROLL_STORE_URL", address)], &[])).store.url, address);
}

#[test]
fn the_address_may_be_named_instead_of_written() {
    let address = "postgres://press:s3cret@db/press";
    let environment = overrides(&[("PRESS_STORE", address)], &[]);
    assert_eq!(quiet(&url("env:PRESS_STORE"), &environment).store.url, address);
    let by_flag = overrides(&[("PRESS_STORE", address)], &[("store.url", "env:PRESS_STORE")]);
    assert_eq!(quiet(GOOD, &by_flag).store.url, address);
    let folder = Folder::new("store-secret");
    let path = folder.write("url", format!("{address}\n"));
    let from_file = url(&format!("file:{}", path.display()));
    assert_eq!(quiet(&from_file, &Overrides::default()).store.url, address);
    for (reference, message) in [
        ("env:NOT_THERE", "`NOT_THERE` is not set"),
        ("env:no-name", "the name of an environment variable"),
        ("file:/not/there", "the file `/not/there` cannot be read"),
    ] {
        assert!(only_error(&url(reference)).message.contains(message));
    }
    let wrong = overrides(&[("PRESS_STORE", "postgres://press:s3cret@db")], &[]);
    let complaints = parse("feeds.toml", &url("env:PRESS_STORE"), &wrong).unwrap_err();
    let drawn = format!("{complaints} {complaints:?}");
    assert!(drawn.contains("names no database") && !drawn.contains(PASSWORD), "{drawn}");
}

#[test]
fn no_slip_in_an_address_shows_its_password() {
    for line in [
        "url = \"postgres://press:s3cret@db\"",
        "url = \"postgres://press:s3cret@db/press",
        "url = postgres://press:s3cret@db/press",
        "url = \"postgres://press:12?s3cret=@db/press\"",
        "url = \"postgres://press:12/s3cret@db/press\"",
        "url = \"postgres://press:12#s3cret@db/press\"",
        "url = \"postgres://press:s3cret@x@db/press\"",
        "url = \"postgres://press:s3cret @db/press\"",
        "url = \"postgres:press:s3cret@db/press\"",
        "url = \"postgres://db/press?password=s3cret\"",
        "url = \"postgres://db/press?pasword=s3cret\"",
        "url = \"host=db password=s3cret\"",
        "url = [\"postgres://press:s3cret@db/press\"]",
        "ulr = \"postgres://press:s3cret@db/press\"",
        "url = \"postgresql://press:s3cret@db/press\"\nurl = \"sqlite:x.db\"",
        "url = \"sqlite:x.db\"\nurl = \"postgres://press:s3cret@db/press\"",
    ] {
        let complaints = refused(&over(line));
        let drawn = format!("{} {complaints:?}", complaints.render(true));
        assert!(!drawn.contains(PASSWORD), "{line}: {drawn}");
    }
    let inline =
        refused(&format!("store = {{ url = \"postgres://press:s3cret@db/press\", kep = '2y' }}\n{GOOD}"));
    let drawn = format!("{inline} {inline:?}");
    assert!(drawn.contains("did you mean `keep`?") && !drawn.contains(PASSWORD), "{drawn}");
}

#[test]
fn what_is_shown_of_an_address_has_no_password_and_no_parameters() {
    for (address, seen) in [
        ("postgres://press:s3cret@db:5433/press?sslmode=require", "postgres://press@db:5433/press"),
        ("postgresql://db/press", "postgresql://db/press"),
        ("postgres://:s3cret@db/press", "postgres://db/press"),
        ("postgres:///press?host=/run/postgresql", "postgres:///press"),
        ("sqlite:pressroll.db", "sqlite:pressroll.db"),
        ("sqlite:///var/lib/a@b?.db", "sqlite:///var/lib/a@b?.db"),
    ] {
        assert_eq!(shown(address), seen);
    }
    let it = loaded(&url("postgres://press:s3cret@db/press?sslmode=require")).config;
    let debug = format!("{it:?} {:?}", it.store);
    assert!(debug.contains("postgres://press@db/press") && !debug.contains(PASSWORD), "{debug}");
}

#[test]
fn an_address_by_itself_is_read_like_the_one_in_the_file() {
    let environment = overrides(&[("PRESS_STORE", "postgres://press:s3cret@db/press")], &[]).environment;
    let read = |text: &str| store_url(text, std::path::Path::new(""), &environment);
    assert_eq!(read("sqlite:press.db").unwrap(), "sqlite:press.db");
    assert_eq!(read("env:PRESS_STORE").unwrap(), "postgres://press:s3cret@db/press");
    let refusal = read("postgres://press:s3cret@db").unwrap_err();
    assert!(refusal.contains("names no database: write"), "{refusal}");
    assert!(!refusal.contains(PASSWORD), "{refusal}");
    assert!(read("press.db").unwrap_err().contains("sqlite:"));
}

#[test]
fn a_header_value_of_the_wrong_type_is_complained_of_once() {
    let complaint = only_error(&with("[[source]]", "headers = { A = 5 }").0);
    assert!(complaint.message.contains("must be a text in quotes"), "{}", complaint.message);
    assert_eq!(config(GOOD).sources[0].headers.len(), 0);
}
